configure_engine() {
  mkdir -p "$work/old" /etc/docker
  for file in /etc/docker/daemon.json /etc/conf.d/docker; do
    if [ -e "$file" ]; then cp -p "$file" "$work/old/${file##*/}"; fi
  done
  put ca.pem /etc/docker/ca.pem 0644
  put server.pem /etc/docker/server.pem 0644
  put server-key.pem /etc/docker/server-key.pem 0600
  dockerd --validate --config-file "$work/daemon.json" || return 1
  put daemon.json /etc/docker/daemon.json 0644
  put conf.d-docker /etc/conf.d/docker 0644
  rc-update add docker default
  if ! rc-service docker restart || ! answers; then
    tail -n 50 /var/log/docker.log 2>/dev/null || true
    for file in /etc/docker/daemon.json /etc/conf.d/docker; do
      if [ -e "$work/old/${file##*/}" ]; then cp -p "$work/old/${file##*/}" "$file"; else rm -f "$file"; fi
    done
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
