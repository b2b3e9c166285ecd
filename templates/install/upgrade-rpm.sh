owner_of() {
  rpm -q --qf '%{NAME}\n' -f "$1" 2>/dev/null | head -n 1
}

is_installed() {
  rpm -q "$1" >/dev/null 2>&1
}

upgrade_packages() {
  # shellcheck disable=SC2046,SC2086 # lists of packages
  retry {{manager}} -y upgrade "$1" $(installed $companions)
}
