# Runs as root in a private folder of its own that is removed afterwards. Every step prints where it begins and ends; the
# caller shows the rest only when a step fails.
set -u
exec 2>&1
LC_ALL=C
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
DEBIAN_FRONTEND=noninteractive
NEEDRESTART_MODE=l
export LC_ALL PATH DEBIAN_FRONTEND NEEDRESTART_MODE
work=$PWD

has() { command -v "$1" >/dev/null 2>&1; }

# A step is a function that runs with `set -e` in a shell of its own.
step() {
  printf '@berth begin %s\n' "$1"
  ( set -e; "$2" ) 9>&-
  status=$?
  if [ "$status" -ne 0 ]; then
    printf '@berth fail %s %s\n' "$1" "$status"
    exit 1
  fi
  printf '@berth end %s\n' "$1"
}

# Mirrors and networks have bad moments: three tries, some seconds apart.
retry() {
  tries=1
  until "$@"; do
    [ "$tries" -ge 3 ] && return 1
    tries=$((tries + 1))
    sleep 3
  done
}

download() {
  if has curl; then retry curl -fsSL --connect-timeout 20 -o "$2" "$1"
  else retry wget -q -T 20 -O "$2" "$1"
  fi
}

# stage SOURCE TARGET MODE: beside its place, so that a full disk shows before anything has changed.
stage() {
  mkdir -p "$(dirname "$2")"
  if ! cp "$work/$1" "$2.berth"; then
    rm -f "$2.berth"
    return 1
  fi
  chmod "$3" "$2.berth"
  chown 0:0 "$2.berth"
}

# put SOURCE TARGET MODE: readers see the old file or the new one, never half of it.
put() {
  stage "$1" "$2" "$3"
  mv -f "$2.berth" "$2"
}

# Its status says "error" as soon as any module has failed, long before it is at its end; only its result tells that.
cloud_init_works() {
  [ ! -e /run/cloud-init/result.json ] && ! systemctl --quiet is-failed cloud-final.service 2>/dev/null
}

wait_for_cloud_init() {
  has cloud-init || return 0
  cloud_init_works || return 0
  cloud-init status 2>/dev/null | grep -Eq 'done|disabled|not run' && return 0
  printf '@berth note waiting for cloud-init to finish\n'
  waited=0
  while cloud_init_works && [ "$waited" -lt 600 ]; do
    sleep 1
    waited=$((waited + 1))
  done
}

# One script of berth at a time: that of a killed berth goes on here until it next has something to say. The lock is free when
# this shell ends; what it starts does not get it.
take_turn() {
  has flock && ( : >>/run/berth.lock ) 2>/dev/null || return 0
  exec 9>>/run/berth.lock
  flock -n 9 && return
  printf '@berth note waiting for another berth that works on this host\n'
  flock 9
}
take_turn

# shellcheck disable=SC2086
install_engine() {
  wait_for_cloud_init
  # zypper waits for its own lock when it is told to.
  ZYPP_LOCK_TIMEOUT=600
  export ZYPP_LOCK_TIMEOUT
  retry zypper --non-interactive --gpg-auto-import-keys refresh
  # A module that is not registered is no failure where the package comes from elsewhere.
  # shellcheck disable=SC1091
  if has SUSEConnect; then SUSEConnect -p "sle-module-containers/$(. /etc/os-release && printf %s "$VERSION_ID")/$(uname -m)" || true; fi
  wanted=''
  more='iptables ca-certificates'
  if [ -z "$wanted" ]; then
    retry zypper --non-interactive install --no-recommends docker $more
    return
  fi
  all=$(zypper --non-interactive --quiet search -s --match-exact -t package docker |
    awk -F '|' '$3 ~ /^ *package *$/ { gsub(/ /, "", $4); print $4 }' | sort -V)
  found=$(printf '%s\n' "$all" | awk -v wanted="$wanted" '{
    rest = substr($0, length(wanted) + 1)
    if (index($0, wanted) == 1 && rest !~ /^[0-9]/) last = $0
  } END { print last }')
  if [ -z "$found" ]; then
    printf 'no version %s of %s; there are: %s\n' "$wanted" docker "$(printf '%s' "$all" | tr '\n' ' ')"
    return 1
  fi
  retry zypper --non-interactive install --no-recommends docker"=$found" $more
}

step 0 install_engine
# The docker.service that a package brought, without drop-ins: where it stands, its dockerd, its --containerd.
unit_file() {
  for folder in /etc /run /usr/local/lib /usr/lib /lib; do
    if [ -f "$root$folder/systemd/system/docker.service" ]; then
      echo "$root$folder/systemd/system/docker.service"
      return
    fi
  done
}
unit_start() {
  unit=$(unit_file)
  [ -z "$unit" ] || sed -e ':a' -e '/\\$/N' -e 's/\\\n/ /' -e 'ta' "$unit" | sed -n 's/^ExecStart=[-@:+!]*//p' | head -n 1
}
unit_dockerd() {
  start=$(unit_start)
  case "${start%% *}" in
    */dockerd) echo "${start%% *}" ;;
    *) command -v dockerd || : ;;
  esac
}
unit_containerd() {
  unit_start | sed -n 's/.* --containerd[= ]\([^ ]*\).*/\1/p'
}
unit_socket() {
  for folder in /etc /run /usr/local/lib /usr/lib /lib; do
    [ ! -f "$root$folder/systemd/system/docker.socket" ] || return 0
  done
  return 1
}

# Source, target and mode of each file that goes in, or back, together with the others.
own='10-machine.conf /etc/systemd/system/docker.service.d/10-machine.conf 0644'
managed_files="ca.pem /etc/docker/ca.pem 0644
server.pem /etc/docker/server.pem 0644
server-key.pem /etc/docker/server-key.pem 0600
daemon.json /etc/docker/daemon.json 0644
$own"

each_managed() {
  while read -r source target mode; do "$1" "$source" "$target" "$mode"; done <<FILES
$managed_files
FILES
}

keep_one() {
  rm -f "$2.berth-old"
  [ ! -e "$2" ] || cp -p "$2" "$2.berth-old"
}

# Renames take no space.
swap_one() {
  mv -f "$2.berth" "$2"
}

put_back_one() {
  if [ -e "$2.berth-old" ]; then mv -f "$2.berth-old" "$2"; else rm -f "$2"; fi
}

tidy_one() {
  rm -f "$2.berth" "$2.berth-old"
}

stage_files() {
  trap 'each_managed tidy_one' EXIT
  each_managed stage
  each_managed keep_one
}

# validate_with DOCKERD: it reads the certificates, too, which are staged and not in their places yet.
validate_with() {
  sed 's|"/etc/docker/[a-z-]*\.pem|&.berth|g' "$work/daemon.json" >"$work/validated.json"
  "$1" --validate --config-file "$work/validated.json"
}

swap_files() {
  each_managed swap_one
}

put_back() {
  each_managed put_back_one
}

root=
fresh=yes
live_restore=yes
# yes where all that changes is read anew at a signal.
reload=no
# Empty where only the installed engine will tell.
engine_version=''

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

step 1 configure_engine

# file ca.pem, mode 644
# | authority

# file server.pem, mode 644
# | server certificate

# file server-key.pem, mode 600
# | server key

# file daemon.json, mode 644
# | {
# |   "hosts": [
# |     "fd://",
# |     "tcp://0.0.0.0:2376"
# |   ],
# |   "tls": true,
# |   "tlsverify": true,
# |   "tlscacert": "/etc/docker/ca.pem",
# |   "tlscert": "/etc/docker/server.pem",
# |   "tlskey": "/etc/docker/server-key.pem",
# |   "labels": [
# |     "provider=generic"
# |   ],
# |   "live-restore": true
# | }

# file 10-machine.conf, mode 644
# | # Written by berth: where to listen, TLS and the rest stand in /etc/docker/daemon.json.
# | [Service]
# | ExecStart=
# | ExecStart=@program@
# | # When the host goes down the engine stops its containers in its own way, which live-restore would keep it from.
# | ExecStop=-/bin/sh -c 'test "$$(systemctl is-system-running)" = stopping || exit 0; sed "/live-restore/s/true/false/" /etc/docker/daemon.json >/run/docker-stopping.json && mount --bind /run/docker-stopping.json /etc/docker/daemon.json && kill -HUP ${MAINPID} && sleep 0.3'

# file live-restore.json, mode 644
# | {
# |   "live-restore": true
# | }
