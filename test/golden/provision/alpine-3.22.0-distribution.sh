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
  ( set -e; "$2" )
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

# put SOURCE TARGET MODE: readers see the old file or the new one, never half of it.
put() {
  mkdir -p "$(dirname "$2")"
  cp "$work/$1" "$2.berth"
  chmod "$3" "$2.berth"
  chown 0:0 "$2.berth"
  mv -f "$2.berth" "$2"
}

wait_for_cloud_init() {
  if has cloud-init && ! cloud-init status 2>/dev/null | grep -Eq 'done|disabled|error|not run'; then
    printf '@berth note waiting for cloud-init to finish\n'
    timeout 600 cloud-init status --wait >/dev/null 2>&1 || true
  fi
}

# shellcheck disable=SC2086
install_engine() {
  wait_for_cloud_init
  # The engine is in the community repository, which a fresh system has commented out.
  if ! grep -Eq '^[^#].*/community' /etc/apk/repositories; then
    sed -n 's|^\([^#].*\)/main$|\1/community|p' /etc/apk/repositories >>"$work/community"
    cat "$work/community" >>/etc/apk/repositories
  fi
  retry apk update
  wanted=''
  more='iptables ca-certificates'
  if [ -z "$wanted" ]; then retry apk add docker $more
  else retry apk add docker"~$wanted" $more
  fi
}

step 0 install_engine
# The files that are about to change, $old_files: kept aside, and put back when the engine does not start with the new ones.
# shellcheck disable=SC2154 # set by the script after this one
keep_old() {
  mkdir -p "$work/old" /etc/docker
  for file in $old_files; do
    if [ -e "$file" ]; then cp -p "$file" "$work/old/${file##*/}"; fi
  done
}

put_back() {
  for file in $old_files; do
    if [ -e "$work/old/${file##*/}" ]; then cp -p "$work/old/${file##*/}" "$file"; else rm -f "$file"; fi
  done
}

configure_engine() {
  keep_old
  put ca.pem /etc/docker/ca.pem 0644
  put server.pem /etc/docker/server.pem 0644
  put server-key.pem /etc/docker/server-key.pem 0600
  if ! dockerd --validate --config-file "$work/daemon.json"; then
    put_back
    return 1
  fi
  put daemon.json /etc/docker/daemon.json 0644
  put conf.d-docker /etc/conf.d/docker 0644
  rc-update add docker default
  if ! rc-service docker restart || ! answers; then
    tail -n 50 /var/log/docker.log 2>/dev/null || true
    put_back
    rc-service docker restart || true
    return 1
  fi
}

# OpenRC does not wait for the engine.
answers() {
  tries=0
  until docker version >/dev/null 2>&1; do
    [ "$tries" -ge 60 ] && return 1
    sleep 0.5
    tries=$((tries + 1))
  done
}

old_files="/etc/docker/daemon.json /etc/docker/ca.pem /etc/docker/server.pem /etc/docker/server-key.pem /etc/conf.d/docker"

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
# |     "unix:///var/run/docker.sock",
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

# file conf.d-docker, mode 644
# | # Written by berth.
# | DOCKER_OPTS=''

# file live-restore.json, mode 644
# | {
# |   "live-restore": true
# | }
