# Source, target and mode of each file that goes in, or back, together with the others.
own={{own}}
managed_files="ca.pem /etc/docker/ca.pem 0644
server.pem /etc/docker/server.pem 0644
server-key.pem /etc/docker/server-key.pem 0600
daemon.json /etc/docker/daemon.json 0644
$own"

each_managed() {
  while read -r source target mode; do "$1" "$source" "$target" "$mode"; done <<FILES
$managed_files
FILES
}

keep_one() {
  rm -f "$2.berth-old"
  [ ! -e "$2" ] || cp -p "$2" "$2.berth-old"
}

# Renames take no space.
swap_one() {
  mv -f "$2.berth" "$2"
}

put_back_one() {
  if [ -e "$2.berth-old" ]; then mv -f "$2.berth-old" "$2"; else rm -f "$2"; fi
}

tidy_one() {
  rm -f "$2.berth" "$2.berth-old"
}

stage_files() {
  trap 'each_managed tidy_one' EXIT
  each_managed stage
  each_managed keep_one
}

# validate_with DOCKERD: it reads the certificates, too, which are staged and not in their places yet.
validate_with() {
  sed 's|"/etc/docker/[a-z-]*\.pem|&.berth|g' "$work/daemon.json" >"$work/validated.json"
  "$1" --validate --config-file "$work/validated.json"
}

swap_files() {
  each_managed swap_one
}

put_back() {
  each_managed put_back_one
}
