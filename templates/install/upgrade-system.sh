# Brings all packages of the system to their newest versions, but for an engine that shall have a version of its own.
manager={{manager}}
pinned={{pinned}}
engine_packages='docker-ce docker-ce-cli docker.io docker-cli moby-engine docker docker-engine'

upgrade_system() {
  wait_for_cloud_init
  case "$manager" in
    apt) upgrade_debian ;;
    dnf | yum)
      exclude=
      if [ "$pinned" = yes ]; then exclude="--exclude=$(printf '%s' "$engine_packages" | tr ' ' ',')"; fi
      # shellcheck disable=SC2086 # one word or none
      retry "$manager" -y upgrade $exclude
      ;;
    zypper)
      # zypper waits for its own lock when it is told to.
      ZYPP_LOCK_TIMEOUT=600
      export ZYPP_LOCK_TIMEOUT
      retry zypper --non-interactive --gpg-auto-import-keys refresh
      retry zypper --non-interactive update
      ;;
    apk)
      retry apk update
      retry apk upgrade
      ;;
    pacman) retry pacman -Syu --noconfirm ;;
  esac
}

upgrade_debian() {
  finish_interrupted
  retry apt update
  held=
  if [ "$pinned" = yes ]; then
    for name in $engine_packages; do
      [ "$(dpkg-query -W -f '${Status}' "$name" 2>/dev/null)" = 'install ok installed' ] || continue
      held="$held $name"
    done
  fi
  # shellcheck disable=SC2086 # lists of packages
  {
    [ -z "$held" ] || apt-mark hold $held >/dev/null
    status=0
    retry apt upgrade --with-new-pkgs || status=$?
    [ -z "$held" ] || apt-mark unhold $held >/dev/null
  }
  return "$status"
}
