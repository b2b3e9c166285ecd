# Prints what there is to know of a host, as key=value lines. Changes nothing. POSIX sh, dash, busybox ash.
# Values that may hold anything are sent in hexadecimal.
root={{root}}
port={{port}}
repository={{repository}}

# As root from here on where that is possible: keys and other users' processes are root's to see.
if [ "$#" -eq 0 ]; then
  [ -z "${SSH_CONNECTION:-}" ] || echo "caller=${SSH_CONNECTION%% *}"
  user=$(id -un)
  if [ "$(id -u)" -eq 0 ]; then
    set -- "$user" root
  elif ! command -v sudo >/dev/null; then
    set -- "$user" no
    printf 'sudo is not installed' | hex sudo_words
  elif words=$(sudo -n true 2>&1); then
    exec sudo -n -- sh "$0" "$user" yes
  else
    set -- "$user" no
    printf '%s' "$words" | hex sudo_words
  fi
fi
echo "user=$1"
echo "sudo=$2"
here=$(mktemp -d) || exit
trap 'rm -rf "$here"' EXIT

find_init() {
  if [ -d "$root/run/systemd/system" ]; then
    echo systemd
  elif command -v rc-service >/dev/null; then
    echo openrc
  else
    echo other
  fi
}

# Global addresses, without the engine's own bridges and without those that come and go.
find_addresses() {
  command -v ip >/dev/null || return 0
  ip -o addr show scope global 2>/dev/null | awk '
    $2 ~ /^(docker|br-|veth|cni|flannel|podman|virbr)/ || / (temporary|deprecated|tentative|dadfailed)/ { next }
    { sub(/\/.*/, "", $4); print "address=" $4 }'
}

find_free() {
  folder=$root/var/lib/docker
  while [ ! -d "$folder" ]; do folder=${folder%/*}; done
  df -Pk "${folder:-/}" 2>/dev/null | awk 'NR == 2 { print "free_kib=" $4 }'
}

# The program that listens on the engine's port, from /proc, since ss and lsof may not be there.
find_listener() {
  inode=$(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v port="$(printf '%04X' "$port")" '
    $4 == "0A" && $2 ~ ":" port "$" { print $10; exit }')
  [ -n "$inode" ] || return 0
  holder=$(find_process "$inode")
  if [ "$holder" = dockerd ]; then echo listening=1; else echo "listener=${holder:-another program}"; fi
}

find_process() {
  # shellcheck disable=SC2012 # links of /proc, no file names
  folder=$(ls -l /proc/[0-9]*/fd 2>/dev/null | awk -v link="socket:[$1]" '
    /^\/proc\// { folder = $1 } index($0, link) { print folder; exit }')
  [ -z "$folder" ] || cat "${folder%/fd:}/comm"
}

find_files() {
  for file in daemon.json ca.pem server.pem server-key.pem; do
    find_file "/etc/docker/$file"
  done
  find_file /etc/conf.d/docker
  find_file /etc/systemd/system/docker.service.d/10-machine.conf
}

# A key that others may read counts as missing, so that it is written again.
find_file() {
  [ -r "$root$1" ] || return 0
  # shellcheck disable=SC2012 # the mode of one known file
  case "$1$(ls -ln "$root$1" | cut -c 1-10)" in
    */server-key.pem-rw-------) ;;
    */server-key.pem*) return 0 ;;
  esac
  echo "file=$(sha256sum <"$root$1" | cut -d ' ' -f 1) $1"
}

# Drop-ins that are read after ours and tell dockerd where to listen: they would undo it.
find_rivals() {
  for file in "$root"/etc/systemd/system/docker.service.d/*.conf "$root"/run/systemd/system/docker.service.d/*.conf; do
    [ -f "$file" ] || continue
    grep -Eq '^ExecStart=.*(-H|--host|--tls)' "$file" || continue
    last=$(printf '%s\n' "${file##*/}" 10-machine.conf | sort | tail -n 1)
    [ "$last" = 10-machine.conf ] || printf '%s' "${file#"$root"}" | hex rival
  done
}

find_service() {
  if [ "$init" = systemd ]; then
    systemctl is-active --quiet docker.service && echo running=1
    systemctl is-enabled --quiet docker.service 2>/dev/null && echo enabled=1
    unit_socket && echo socket=1
  elif [ "$init" = openrc ]; then
    rc-service docker status >/dev/null 2>&1 && echo running=1
    rc-update show default 2>/dev/null | grep -q '^ *docker ' && echo enabled=1
  fi
}

find_engine() {
  case " $(id -nG "$1" 2>/dev/null) " in *' docker '*) echo admits=1 ;; esac
  echo "dockerd=$dockerd"
  "$dockerd" --version 2>/dev/null | sed -n 's/.*version \([^, ]*\).*/version=\1/p' >"$here/version" &
  containerd=$(unit_containerd)
  [ -z "$containerd" ] || echo "containerd=$containerd"
  find_bundle
  [ ! -s "$root/var/lib/docker/swarm/docker-state.json" ] || echo swarm=1
  find_service
  wait
  cat "$here/version"
}

# Of an engine that came in a static bundle: the digest of the bundle, or nothing where that is not known.
find_bundle() {
  unit=$(unit_file)
  [ -n "$unit" ] && grep -qx "# Written by berth for an engine from Docker's static bundle." "$unit" || return 0
  echo "bundle=$(cat "$root/usr/local/share/berth/engine-bundle" 2>/dev/null)"
}

# 0 when something answers there within 5 s; without a client of HTTP a TCP connection has to do.
answers() {
  if command -v curl >/dev/null; then
    curl ${2:+"$2"} -s -o /dev/null --connect-timeout 4 --max-time 5 "$1"
  elif command -v wget >/dev/null; then
    # An answer of 4xx is an answer: GNU wget exits with 8 then, busybox says it.
    said=$(wget -q -O /dev/null -T 5 "$1" 2>&1) || [ "$?" -eq 8 ] || case "$said" in *' 4'[0-9][0-9]*) ;; *) return 1 ;; esac
  elif command -v bash >/dev/null; then
    address=${1#*://}
    address=${address%%/*}
    case "$1" in
      *://*:*) service=${address##*:} ;;
      https:*) service=443 ;;
      *) service=80 ;;
    esac
    # shellcheck disable=SC2016 # expanded by bash
    timeout 5 bash -c 'exec 3<>"/dev/tcp/$1/$2"' bash "${address%:*}" "$service" 2>/dev/null
  else
    return 1
  fi
}

# The first place that packages come from. What a package manager has configured, its proxy included, is best asked of itself.
archive_answers() {
  if command -v apt-get >/dev/null; then
    url=$(apt-get --print-uris update 2>/dev/null | sed -n "s/^'\([^']*\)'.*/\1/p" | head -n 1)
    case "$url" in
      '') return 1 ;;
      http*) ;;
      *) return 0 ;;
    esac
    helper=$root/usr/lib/apt/apt-helper
    [ -x "$helper" ] || { answers "$url"; return; }
    timeout 8 "$helper" -o Acquire::Retries=0 -o Acquire::http::Timeout=5 -o Acquire::https::Timeout=5 \
      download-file "$url" "$here/index" >/dev/null 2>&1
    return
  fi
  answers "$(cat "$root"/etc/apk/repositories "$root"/etc/pacman.d/mirrorlist "$root"/etc/zypp/repos.d/*.repo \
    "$root"/etc/yum.repos.d/*.repo 2>/dev/null | sed -n 's#^\([A-Za-z]* *= *\)\{0,1\}\(https\{0,1\}://[^/]*/\).*#\2#p' | head -n 1)"
}

find_reach() {
  # Proxies refuse with an answer, so this one has to be a success.
  (answers "$repository/" -f && echo reach_docker=1) >"$here/docker" &
  (archive_answers && echo reach_distribution=1) >"$here/distribution" &
  wait
  echo reach=1
  cat "$here/docker" "$here/distribution"
}

[ ! -r "$root/etc/os-release" ] || hex os_release <"$root/etc/os-release"
init=$(find_init)
dockerd=$(unit_dockerd)
echo "arch=$(uname -m)"
echo "init=$init"
uname -n | hex hostname
echo "clock=$(date +%s)"
find_addresses
find_free
find_listener
find_files
find_rivals
[ ! -r "$root/etc/docker/daemon.json" ] || hex daemon_json <"$root/etc/docker/daemon.json"
if [ -n "$dockerd" ] && [ -x "$dockerd" ]; then find_engine "$1"; else find_reach; fi
echo end=1
