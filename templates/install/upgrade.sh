root=

upgrade_engine() {
  wait_for_cloud_init
  program=$(unit_dockerd)
  before=$("$program" --version)
  package=$(owner_of "$program" || true)
  if [ -z "$package" ]; then
    printf 'no package owns %s: it came with a script, or by hand\n' "$program"
    return 1
  fi
  upgrade_packages "$package"
  if [ "$before" != "$("$program" --version)" ]; then restart_engine; fi
}

restart_engine() {
  if has systemctl; then systemctl restart docker.service; else rc-service docker restart; fi
}

# Prints those of its words that are installed packages.
installed() {
  for name in "$@"; do
    if is_installed "$name"; then printf '%s ' "$name"; fi
  done
}

# What an engine's package comes with, where it is a package of its own.
companions='docker-ce-cli docker-cli docker-ce-rootless-extras docker-buildx-plugin docker-compose-plugin containerd.io containerd runc'
