#!/bin/sh
# rc-update add|del|show SERVICE [RUNLEVEL]: what starts with the system. There is one runlevel.
level=/etc/runlevels/default
mkdir -p "$level"
case "${1:-show}" in
  add) [ -f "/etc/init.d/$2" ] && ln -sf "/etc/init.d/$2" "$level/$2" && echo " * service $2 added to runlevel default" ;;
  del | delete) rm -f "$level/$2" ;;
  show) for link in "$level"/*; do [ ! -L "$link" ] || printf '%20s | default\n' "${link##*/}"; done ;;
  *) echo 'rc-update add|del|show SERVICE [RUNLEVEL]' >&2; exit 1 ;;
esac
