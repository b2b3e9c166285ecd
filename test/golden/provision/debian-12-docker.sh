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

# Who holds the lock file of a package manager: pid and name, from the kernel's own list (fcntl locks, as dpkg takes them).
lock_holder() {
  [ -e "$1" ] || return 0
  inode=$(stat -c %i "$1")
  # shellcheck disable=SC2013 # process ids are words
  for pid in $(awk -v inode="$inode" '{ split($6, at, ":"); if (at[3] == inode) print $5 }' /proc/locks); do
    printf '%s (%s)' "$pid" "$(cat "/proc/$pid/comm" 2>/dev/null)"
    return 0
  done
}

# Images of clouds upgrade themselves at their first boot.
wait_for_locks() {
  waited=0
  while :; do
    holder=
    for file in /var/lib/apt/lists/lock /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/cache/apt/archives/lock; do
      holder=$(lock_holder "$file")
      [ -n "$holder" ] && break
    done
    [ -z "$holder" ] && return 0
    [ "$waited" -eq 0 ] && printf '@berth note waiting for process %s, which holds the package lock\n' "$holder"
    if [ "$waited" -ge 600 ]; then
      printf 'process %s still holds the package lock %s\n' "$holder" "$file"
      return 1
    fi
    sleep 1
    waited=$((waited + 1))
  done
}

# Whoever holds the lock for so long holds it longer: that is not tried again. Only what matters is printed, since the last
# lines are what the user sees of a failure.
apt() {
  wait_for_locks || exit 1
  apt-get -qq -y -o DPkg::Lock::Timeout=60 -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold "$@"
}

# Somebody was cut off in the middle of an installation: apt refuses to go on before this is done.
finish_interrupted() {
  wait_for_locks
  dpkg --configure -a || true
}

# verify_key FILE FINGERPRINT: the file holds exactly one primary key, and it is this one.
verify_key() {
  # gpg learned --show-keys with version 2.2.8; before, it showed what it was given without being told.
  show=--show-keys
  gpg --dump-options | grep -qx -e "$show" || show=--with-fingerprint
  found=$(GNUPGHOME=$work gpg --batch "$show" --with-colons "$1" 2>/dev/null |
    awk -F: '$1 == "pub" { wanted = 1 } $1 == "fpr" && wanted { print $10; wanted = 0 }' | tr '\n' ' ')
  found=${found% }
  if [ "$found" != "$2" ]; then
    printf 'the package key is %s, expected %s\n' "${found:-unreadable}" "$2"
    return 1
  fi
}

add_repository() {
  wait_for_cloud_init
  finish_interrupted
  retry apt update
  apt --no-install-recommends install ca-certificates curl gpg
  download https://packages.test/linux/debian/gpg "$work/docker.asc"
  verify_key "$work/docker.asc" AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
  mkdir -p /etc/apt/keyrings
  put docker.asc /etc/apt/keyrings/docker.asc 0644
  put docker.sources /etc/apt/sources.list.d/docker.sources 0644
  retry apt update
}

step 0 add_repository
install_engine() {
  wait_for_cloud_init
  finish_interrupted
  retry apt update
  package=docker-ce
  version=$(engine_version "$package")
  more='docker-ce-cli containerd.io iptables'
  # Since Debian 13 the client is a package of its own, which docker.io only recommends.
  if [ "$package" = docker.io ] && apt-cache show docker-cli >/dev/null 2>&1; then more="$more docker-cli"; fi
  # shellcheck disable=SC2086
  retry apt --no-install-recommends install "$package$version" $more
}

# Empty for the newest, else "=VERSION" of the newest that begins with the wanted one.
engine_version() {
  wanted=''
  [ -z "$wanted" ] && return 0
  # Versions look like 5:28.2.2-1~debian.12~bookworm or 20.10.24+dfsg1-1.
  all=$(apt-cache madison "$1" | awk '{ print $3 }')
  found=$(printf '%s\n' "$all" | awk -v wanted="$wanted" '{
    bare = $0; sub(/^[0-9]+:/, "", bare)
    rest = substr(bare, length(wanted) + 1)
    if (index(bare, wanted) == 1 && rest !~ /^[0-9]/) { print; exit }
  }')
  if [ -z "$found" ]; then
    printf 'no version %s of %s; there are: %s\n' "$wanted" "$1" "$(printf '%s' "$all" | tr '\n' ' ')" >&2
    return 1
  fi
  printf '=%s' "$found"
}

step 1 install_engine
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

step 2 configure_engine

# file docker.sources, mode 644
# | Types: deb
# | URIs: https://packages.test/linux/debian
# | Suites: bookworm
# | Components: stable
# | Signed-By: /etc/apt/keyrings/docker.asc

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
