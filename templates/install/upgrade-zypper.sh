owner_of() {
  rpm -q --qf '%{NAME}\n' -f "$1" 2>/dev/null | head -n 1
}

is_installed() {
  rpm -q "$1" >/dev/null 2>&1
}

upgrade_packages() {
  # zypper waits for its own lock when it is told to.
  ZYPP_LOCK_TIMEOUT=600
  export ZYPP_LOCK_TIMEOUT
  retry zypper --non-interactive --gpg-auto-import-keys refresh
  # shellcheck disable=SC2046,SC2086 # lists of packages
  retry zypper --non-interactive update "$1" $(installed $companions)
}
