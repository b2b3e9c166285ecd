owner_of() {
  dpkg-query -S "$1" 2>/dev/null | sed -n '1s/:.*//p'
}

is_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

upgrade_packages() {
  finish_interrupted
  retry apt update
  version=$(engine_version "$1")
  # A version that was asked for may be an older one, and what comes with the engine fits several.
  if [ -n "$version" ]; then
    retry apt install --only-upgrade --allow-downgrades "$1$version"
    return
  fi
  # shellcheck disable=SC2046,SC2086 # lists of packages
  retry apt install --only-upgrade "$1" $(installed $companions)
}
