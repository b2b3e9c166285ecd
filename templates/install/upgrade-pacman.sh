owner_of() {
  pacman -Qoq "$1" 2>/dev/null
}

is_installed() {
  pacman -Q "$1" >/dev/null 2>&1
}

upgrade_packages() {
  # shellcheck disable=SC2046,SC2086 # lists of packages
  retry pacman -Sy --noconfirm "$1" $(installed $companions)
}
