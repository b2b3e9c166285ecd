owner_of() {
  rpm -q --qf '%{NAME}\n' -f "$1" 2>/dev/null | head -n 1
}

is_installed() {
  rpm -q "$1" >/dev/null 2>&1
}

upgrade_packages() {
  version=$(engine_version "$1")
  if [ -n "$version" ]; then
    # A version that was asked for may be an older one.
    retry {{manager}} -y install "$1$version" || retry {{manager}} -y downgrade "$1$version"
    return
  fi
  # shellcheck disable=SC2046,SC2086 # lists of packages
  retry {{manager}} -y upgrade "$1" $(installed $companions)
}
