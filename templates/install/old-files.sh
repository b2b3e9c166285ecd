# The files that are about to change, $old_files: kept aside, and put back when the engine does not start with the new ones.
# shellcheck disable=SC2154 # set by the script after this one
keep_old() {
  mkdir -p "$work/old" /etc/docker
  for file in $old_files; do
    if [ -e "$file" ]; then cp -p "$file" "$work/old/${file##*/}"; fi
  done
}

put_back() {
  for file in $old_files; do
    if [ -e "$work/old/${file##*/}" ]; then cp -p "$work/old/${file##*/}" "$file"; else rm -f "$file"; fi
  done
}
