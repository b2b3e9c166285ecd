# shellcheck shell=sh
start() { sysctl -q -p /etc/sysctl.conf && : >/run/sysctl.done; }
stop() { rm -f /run/sysctl.done; }
status() { [ -e /run/sysctl.done ]; }
