#!/bin/sh
# The two options that people know: -u UNIT, -n LINES. Logs are plain files in /var/log.
unit=messages
lines=1000
while [ "$#" -gt 0 ]; do
  case "$1" in
    -u) unit=$2.log; shift ;;
    -n) lines=$2; shift ;;
  esac
  shift
done
exec tail -n "$lines" "/var/log/${unit%.service.log}"
