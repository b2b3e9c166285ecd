# shellcheck shell=sh
serve() { exec containerd; }
stop() {
  # Containers live on under their shims; only a machine that stops ends them.
  [ ! -s "$pidfile" ] || kill "$(cat "$pidfile")"
  rm -f "$pidfile"
}
