# shellcheck disable=SC2086
install_engine() {
  wait_for_cloud_init
  package={{package}}
  version=$(engine_version "$package")
  more={{more}}
  retry {{manager}} -y install "$package$version" $more
}

# Empty for the newest, else "-VERSION" of the newest that begins with the wanted one.
engine_version() {
  wanted={{version}}
  [ -z "$wanted" ] && return 0
  all=$({{manager}} -q list --showduplicates "$1" 2>/dev/null | awk '$1 ~ /\./ { print $2 }' | sed 's/^[0-9]*://')
  found=$(printf '%s\n' "$all" | awk -v wanted="$wanted" '{
    rest = substr($0, length(wanted) + 1)
    if (index($0, wanted) == 1 && rest !~ /^[0-9]/) last = $0
  } END { print last }')
  if [ -z "$found" ]; then
    printf 'no version %s of %s; there are: %s\n' "$wanted" "$1" "$(printf '%s' "$all" | tr '\n' ' ')" >&2
    return 1
  fi
  printf '%s' "-$found"
}
