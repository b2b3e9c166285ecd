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
