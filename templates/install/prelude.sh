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
