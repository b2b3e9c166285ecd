# An engine takes this change without a restart, so containers go on.
config=/etc/docker/daemon.json
set -e
[ -e "$config" ] || exit 0
sed 's/\("live-restore":[[:space:]]*\)true/\1false/' "$config" >"$config.berth"
if cmp -s "$config" "$config.berth"; then rm -f "$config.berth"; else
  chmod 0644 "$config.berth"
  mv -f "$config.berth" "$config"
fi
if [ -d /run/systemd/system ]; then systemctl reload docker.service; else kill -HUP "$(cat /var/run/docker.pid)"; fi
