owner_of() {
  # "/usr/bin/dockerd is owned by docker-engine-27.3.1-r0"
  apk info --who-owns "$1" 2>/dev/null | sed -n 's/.* is owned by \(.*\)-[0-9][^-]*-r[0-9]*$/\1/p'
}

is_installed() {
  apk info -e "$1" >/dev/null 2>&1
}

upgrade_packages() {
  retry apk update
  # shellcheck disable=SC2046,SC2086 # lists of packages
  retry apk add --upgrade "$1" $(installed docker $companions)
}
