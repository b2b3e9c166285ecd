# shellcheck shell=sh
serve() { exec ntpd -d -s; }
