# Who holds the lock file of a package manager: pid and name, from the kernel's own list (fcntl locks, as dpkg takes them).
lock_holder() {
  [ -e "$1" ] || return 0
  inode=$(stat -c %i "$1")
  # shellcheck disable=SC2013 # process ids are words
  for pid in $(awk -v inode="$inode" '{ split($6, at, ":"); if (at[3] == inode) print $5 }' /proc/locks); do
    printf '%s (%s)' "$pid" "$(cat "/proc/$pid/comm" 2>/dev/null)"
    return 0
  done
}

# Images of clouds upgrade themselves at their first boot.
wait_for_locks() {
  waited=0
  while :; do
    holder=
    for file in /var/lib/apt/lists/lock /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/cache/apt/archives/lock; do
      holder=$(lock_holder "$file")
      [ -n "$holder" ] && break
    done
    [ -z "$holder" ] && return 0
    [ "$waited" -eq 0 ] && printf '@berth note waiting for process %s, which holds the package lock\n' "$holder"
    if [ "$waited" -ge {{withinSeconds}} ]; then
      printf 'process %s still holds the package lock %s\n' "$holder" "$file"
      return 1
    fi
    sleep 1
    waited=$((waited + 1))
  done
}

# Whoever holds the lock for so long holds it longer: that is not tried again. Only what matters is printed, since the last
# lines are what the user sees of a failure.
apt() {
  wait_for_locks || exit 1
  apt-get -qq -y -o DPkg::Lock::Timeout=60 -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold "$@"
}

# Somebody was cut off in the middle of an installation: apt refuses to go on before this is done.
finish_interrupted() {
  wait_for_locks
  dpkg --configure -a || true
}
