# shellcheck disable=SC2086
install_engine() {
  wait_for_cloud_init
  # The engine is in the community repository, which a fresh system has commented out.
  if ! grep -Eq '^[^#].*/community' /etc/apk/repositories; then
    sed -n 's|^\([^#].*\)/main$|\1/community|p' /etc/apk/repositories >>"$work/community"
    cat "$work/community" >>/etc/apk/repositories
  fi
  retry apk update
  wanted={{version}}
  more={{more}}
  if [ -z "$wanted" ]; then retry apk add {{package}} $more
  else retry apk add {{package}}"~$wanted" $more
  fi
}
