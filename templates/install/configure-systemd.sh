root=
fresh={{fresh}}
live_restore={{liveRestore}}
# yes where all that changes is read anew at a signal.
reload={{reload}}
# Empty where only the installed engine will tell.
engine_version={{version}}

configure_engine() {
  if [ "$fresh" = yes ]; then fit_installed; fi
  if [ "$live_restore" = yes ]; then keep_containers; fi
  stage_files
  validate
  swap_files
  systemctl daemon-reload
  # The packages' own unit may be enabled, disabled or masked by an administrator's preset.
  systemctl is-enabled --quiet docker.service || systemctl enable docker.service
  if [ "$reload" = yes ] && reload_engine; then return; fi
  restart_or_put_back
}

# systemctl reload only sends a signal. A configuration that the engine did not take would fail at its next start, whenever
# that is: then it is better restarted now.
reload_engine() {
  began=$(date +%s.%N)
  systemctl reload docker.service || return 1
  tries=0
  until [ -n "$(reloads_since "$began")" ]; do
    [ "$tries" -lt 20 ] || return 1
    sleep 0.25
    tries=$((tries + 1))
  done
}

reloads_since() {
  docker events --since "$1" --until "$(date +%s.%N)" --filter type=daemon --filter event=reload 2>/dev/null
}

# The package's own unit tells what only now is known.
fit_installed() {
  program=$(unit_dockerd)
  [ -n "$program" ] || { printf 'the installation left no dockerd on the host\n'; return 1; }
  containerd=$(unit_containerd)
  sed "s|@program@|$program${containerd:+ --containerd=$containerd}|" "$work/10-machine.conf" >"$work/fitted"
  mv "$work/fitted" "$work/10-machine.conf"
  unit_socket || sed -i 's|"fd://"|"unix:///var/run/docker.sock"|' "$work/daemon.json"
}

# dockerd learned --validate with version 23.
validate() {
  program=$(unit_dockerd)
  if [ -z "$engine_version" ]; then engine_version=$("$program" --version | sed 's/.*version //'); fi
  case "$engine_version" in
    1[0-9].* | 20.*) return 0 ;;
  esac
  validate_with "$program"
}

restart_or_put_back() {
  # Restarts in quick succession would count against the unit's limit.
  systemctl reset-failed docker.service 2>/dev/null || true
  systemctl restart docker.service && return
  journal=$(journalctl -u docker.service -n 50 --no-pager -o cat || true)
  printf '@berth note the engine does not start with the new configuration; putting the old one back\n'
  put_back
  systemctl daemon-reload
  systemctl reset-failed docker.service 2>/dev/null || true
  systemctl restart docker.service || printf 'nor does it start with the old configuration\n'
  printf '%s\n' "$journal"
  return 1
}

# live-restore can be switched on without a restart, and then the restart leaves containers running.
keep_containers() {
  has docker && [ -n "$(docker ps -q 2>/dev/null | head -n 1)" ] || return 0
  [ "$(restores_live)" = true ] && return 0
  before=/etc/docker/daemon.json.berth-before
  if [ -e /etc/docker/daemon.json ]; then cp -p /etc/docker/daemon.json "$before"; fi
  put live-restore.json /etc/docker/daemon.json 0644
  systemctl reload docker.service || true
  tries=0
  until [ "$(restores_live)" = true ] || [ "$tries" -ge 20 ]; do
    sleep 0.25
    tries=$((tries + 1))
  done
  if [ -e "$before" ]; then mv -f "$before" /etc/docker/daemon.json; else rm -f /etc/docker/daemon.json; fi
}

restores_live() {
  docker info --format '{{.LiveRestoreEnabled}}' 2>/dev/null
}
