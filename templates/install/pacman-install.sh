# shellcheck disable=SC2086
install_engine() {
  wait_for_cloud_init
  wanted={{version}}
  more={{more}}
  if [ -n "$wanted" ]; then
    available=$(pacman -Sy >/dev/null && pacman -Si {{package}} | awk '$1 == "Version" { print $3 }' | sed 's/^[0-9]*://')
    case "$available" in
      "$wanted" | "$wanted".* | "$wanted"-*) ;;
      *) printf 'no version %s of %s; there is: %s\n' "$wanted" {{package}} "$available"; return 1 ;;
    esac
  fi
  retry pacman -Sy --noconfirm --needed {{package}} $more
}
