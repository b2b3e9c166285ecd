#!/bin/sh
# rc-service NAME start|stop|restart|status: as OpenRC has it, for what berth and people do with services.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH
name=${1:?rc-service NAME start|stop|restart|status}
verb=${2:-status}
script=/etc/init.d/$name
pidfile=/run/services/$name.pid
[ -f "$script" ] || { echo "rc-service: service \`$name' does not exist" >&2; exit 1; }

# Ends with the service, unless it was asked to: then it starts it again.
supervise() {
  mkdir -p "${pidfile%/*}"
  setsid /usr/lib/berth/supervise "$name" </dev/null >/dev/null 2>&1 &
  echo "$!" >"$pidfile"
}
running() { [ -s "$pidfile" ] && [ -d "/proc/$(cat "$pidfile")" ]; }
# Nothing by default; services that are more than one process say what.
start() { supervise; }
stop() {
  running || return 0
  kill "$(cat "$pidfile")"
  tries=0
  while running; do
    [ "$tries" -lt 300 ] || { kill -9 "$(cat "$pidfile")"; break; }
    usleep 100000
    tries=$((tries + 1))
  done
  rm -f "$pidfile"
}
status() { running; }
# shellcheck disable=SC1090 # the service's own functions
. "$script"

case "$verb" in
  start) status || start ;;
  stop) stop ;;
  restart)
    stop
    start
    ;;
  status) if status; then echo ' * status: started'; else echo ' * status: stopped'; exit 3; fi ;;
  *) echo "rc-service: $name: unknown function \`$verb'" >&2; exit 1 ;;
esac
