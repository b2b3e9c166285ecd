# Prints how a host is, as key=value lines. Changes nothing. POSIX sh, dash, busybox ash.
port={{port}}

# As root from here on where that is possible: the engine's folder is root's to see.
if [ "$#" -eq 0 ]; then
  if [ "$(id -u)" -eq 0 ]; then
    set -- root
  elif ! command -v sudo >/dev/null; then
    set -- no
    printf 'sudo is not installed' | hex sudo_words
  elif words=$(sudo -n true 2>&1); then
    exec sudo -n -- sh "$0" yes
  else
    set -- no
    printf '%s' "$words" | hex sudo_words
  fi
fi
echo "sudo=$1"

find_unit() {
  if [ -d /run/systemd/system ]; then
    echo "unit=$(systemctl show -p ActiveState --value docker.service 2>/dev/null)"
    echo "load=$(systemctl show -p LoadState --value docker.service 2>/dev/null)"
  elif command -v rc-service >/dev/null; then
    if rc-service docker status >/dev/null 2>&1; then echo unit=active; else echo unit=inactive; fi
  fi
}

# "CanNTP=yes", "NTP=no", "NTPSynchronized=no".
find_time_service() {
  if [ ! -d /run/systemd/system ] || ! command -v timedatectl >/dev/null; then return 0; fi
  timeout 5 timedatectl show -p CanNTP -p NTP -p NTPSynchronized 2>/dev/null || return 0
}

find_port() {
  awk -v port="$(printf '%04X' "$port")" '
    $4 == "0A" && $2 ~ ":" port "$" { print "listening=1"; exit }' /proc/net/tcp /proc/net/tcp6 2>/dev/null
}

# Of the file system that the engine's data is on.
find_room() {
  folder=$(sed -n 's/.*"data-root" *: *"\([^"]*\)".*/\1/p' /etc/docker/daemon.json 2>/dev/null | head -n 1)
  folder=${folder:-/var/lib/docker}
  while [ ! -d "$folder" ]; do folder=${folder%/*}; done
  df -Pk "${folder:-/}" 2>/dev/null | awk 'NR == 2 { print "size_kib=" $2; print "free_kib=" $4 }'
  df -Pi "${folder:-/}" 2>/dev/null | awk 'NR == 2 && $2 > 0 { print "inodes=" $2; print "free_inodes=" $4 }'
}

# What the package manager knows without asking the network; nothing where it does not know, or takes too long.
find_updates() {
  if command -v apt-get >/dev/null; then
    said=$(timeout 10 apt-get -s -o Debug::NoLocking=true upgrade 2>/dev/null) || return 0
    mark='^Inst '
  elif command -v dnf >/dev/null; then
    said=$(timeout 10 dnf -q -C check-update 2>/dev/null) || [ "$?" -eq 100 ] || return 0
    mark='^[^ ]*\.[^ ]* '
  elif command -v apk >/dev/null; then
    said=$(timeout 10 apk version -l '<' 2>/dev/null) || return 0
    mark=' < '
  elif command -v zypper >/dev/null; then
    said=$(timeout 10 zypper -q --no-refresh list-updates 2>/dev/null) || return 0
    mark='^v '
  else
    return 0
  fi
  echo "updates=$(printf '%s\n' "$said" | grep -c "$mark")"
}

find_reboot() {
  if [ -e /run/reboot-required ] || [ -e /var/run/reboot-required ]; then
    echo reboot=1
  elif command -v needs-restarting >/dev/null; then
    timeout 10 needs-restarting -r >/dev/null 2>&1
    [ "$?" -ne 1 ] || echo reboot=1
  fi
}

find_unit
find_time_service
find_port
find_room
find_updates
find_reboot
# Last, since all of this arrives at once, when it is through.
echo "clock=$(date +%s)"
echo end=1
