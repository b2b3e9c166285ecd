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
