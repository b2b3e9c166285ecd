# This script is a part of what others wait for.
wait_for_cloud_init() { :; }

reaches_docker() {
  [ -n "$family" ] && [ -d /run/systemd/system ] || return 1
  if has curl; then curl -fs -o /dev/null --connect-timeout 4 --max-time 8 {{url}}/
  elif has wget; then wget -q -O /dev/null -T 5 -t 1 {{url}}/
  fi
}

from_docker() {
  add_repository
  engine={{dockerEngine}} more_packages={{dockerMore}}
  install_engine
}

# `set -e` does nothing in a condition.
try() {
  ( set -e; "$1" )
  status=$?
  return "$status"
}

bring_engine() {
  has dockerd && return 0
  # shellcheck disable=SC1091
  . /etc/os-release
  codename=${UBUNTU_CODENAME:-${DEBIAN_CODENAME:-${VERSION_CODENAME:-}}}
  find_distribution "${ID:-}" "${ID_LIKE:-}" || return 0
  # Version 7 of RHEL's family and Amazon Linux 2 have yum only.
  has "$manager" || manager=yum
  put_files
  if {{docker}} && reaches_docker; then
    try from_docker
    [ "$status" -eq 0 ] && return 0
  fi
  {{distribution}} && [ -n "$engine" ] || return 1
  try install_engine
  return "$status"
}

bring_engine
exit
