# Empty where only the installed engine will tell.
engine_version={{version}}

configure_engine() {
  stage_files
  validate
  swap_files
  rc-update add docker default
  if ! rc-service docker restart || ! answers; then
    tail -n 50 /var/log/docker.log 2>/dev/null || true
    put_back
    rc-service docker restart || true
    return 1
  fi
}

# dockerd learned --validate with version 23.
validate() {
  case "$engine_version" in
    1[0-9].* | 20.*) ;;
    *) validate_with dockerd ;;
  esac
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
