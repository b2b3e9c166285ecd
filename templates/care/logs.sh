# Prints the end of a log: source is engine, boot or install; follow is yes or no.
set -u
source={{source}}
lines={{lines}}
follow={{follow}}

has() { command -v "$1" >/dev/null 2>&1; }

from_journal() {
  if [ "$follow" = yes ]; then set -- "$@" -f; fi
  exec journalctl --no-pager -o short-iso -n "$lines" "$@"
}

# The first of these files that is there.
from_file() {
  for file in "$@"; do
    [ -r "$file" ] || continue
    if [ "$follow" = yes ]; then tail -n "$lines" -F "$file"; else tail -n "$lines" "$file"; fi
    exit
  done
  printf 'none of these logs is on the host: %s\n' "$*" >&2
  exit 1
}

case "$source" in
  engine)
    if has journalctl; then from_journal -u docker.service; fi
    from_file /var/log/docker.log
    ;;
  boot)
    if has journalctl; then from_journal -b; fi
    from_file /var/log/messages /var/log/syslog /var/log/dmesg
    ;;
  install)
    from_file /var/log/cloud-init-output.log /var/log/apt/term.log /var/log/dnf.log /var/log/yum.log \
      /var/log/zypper.log /var/log/zypp/history /var/log/pacman.log /var/log/apk.log
    ;;
esac
