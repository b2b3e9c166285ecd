# shellcheck disable=SC2086
install_engine() {
  wait_for_cloud_init
  # zypper waits for its own lock when it is told to.
  ZYPP_LOCK_TIMEOUT=600
  export ZYPP_LOCK_TIMEOUT
  retry zypper --non-interactive --gpg-auto-import-keys refresh
  # A module that is not registered is no failure where the package comes from elsewhere.
  if has SUSEConnect; then SUSEConnect -p "sle-module-containers/$(. /etc/os-release && printf %s "$VERSION_ID")/$(uname -m)" || true; fi
  wanted={{version}}
  more={{more}}
  if [ -z "$wanted" ]; then retry zypper --non-interactive install --no-recommends {{package}} $more
  else retry zypper --non-interactive install --no-recommends {{package}}"~=$wanted" $more
  fi
}
