#!/bin/sh
# supervise SERVICE: runs the service's own command, and again when it ends by itself; ends it when told to.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH
name=$1
serve() { return 1; }
# shellcheck disable=SC1090 # the service's own command
. "/etc/init.d/$name"
child=
asked=
trap 'asked=1; [ -z "$child" ] || kill "$child" 2>/dev/null' TERM INT
while [ -z "$asked" ]; do
  began=$(cut -d . -f 1 /proc/uptime)
  (serve) >>"/var/log/$name.log" 2>&1 &
  child=$!
  while kill -0 "$child" 2>/dev/null; do wait "$child"; done
  child=
  # One that cannot run at all is not to take the machine's time.
  [ "$(($(cut -d . -f 1 /proc/uptime) - began))" -ge 5 ] || [ -n "$asked" ] || sleep 2
done
