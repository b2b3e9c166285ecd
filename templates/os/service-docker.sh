# shellcheck shell=sh
# The engine's settings of berth stand in conf.d, as with OpenRC.
serve() {
  # shellcheck disable=SC1091 # there once berth has provisioned
  [ ! -f /etc/conf.d/docker ] || . /etc/conf.d/docker
  ulimit -n 1048576
  # shellcheck disable=SC2086 # words
  exec dockerd --containerd=/run/containerd/containerd.sock $DOCKER_OPTS
}
start() {
  rc-service containerd start
  supervise
  engine_answers
}
# It takes connections before it is ready, and answers when it is.
engine_answers() {
  tries=0
  until printf 'GET /_ping HTTP/1.0\r\n\r\n' | timeout 60 nc.openbsd -U /run/docker.sock 2>/dev/null | grep -q OK; do
    running && [ "$tries" -lt 600 ] || return 1
    usleep 100000
    tries=$((tries + 1))
  done
}
