wanted={{version}}
unpacked=$programs/.berth-new
fresh=$unpacked/docker
# There while an upgrade is under way: what it falls back to.
kept=$programs/.berth-before

upgrade_engine() {
  trap 'rm -rf "$unpacked"' EXIT
  unpack_bundle "$unpacked"
  check_bundle
  cut_off=no
  if [ -d "$kept" ]; then
    printf '@berth note an earlier upgrade was cut off; beginning with the programs of before\n'
    cut_off=yes
    put_back_programs
  fi
  if [ "$cut_off" = yes ] || ! has_all_of_bundle; then
    keep_programs
    for program in "$fresh"/*; do mv -f "$program" "$programs/${program##*/}"; done
    restart_or_fall_back
    rm -rf "$kept"
  fi
  mark_bundle
}

# Programs for another processor, or without their libraries, are refused before anything has changed.
check_bundle() {
  for name in dockerd containerd runc; do
    [ ! -e "$fresh/$name" ] || "$fresh/$name" --version >"$work/$name-version" || {
      printf 'the %s of the bundle does not run on this host\n' "$name"
      return 1
    }
  done
  version=$(sed -n 's/.*version \([^, ]*\).*/\1/p' "$work/dockerd-version")
  case "$version" in
    "$wanted" | "$wanted"[!0-9]*) ;;
    *)
      [ -z "$wanted" ] || { printf 'the bundle holds engine %s, not %s\n' "$version" "$wanted"; return 1; }
      ;;
  esac
}

has_all_of_bundle() {
  for program in "$fresh"/*; do
    cmp -s "$program" "$programs/${program##*/}" || return 1
  done
}

keep_programs() {
  rm -rf "$kept.part"
  mkdir "$kept.part"
  for program in "$fresh"/*; do
    old=$programs/${program##*/}
    [ ! -e "$old" ] || ln "$old" "$kept.part/" || return 1
  done
  mv "$kept.part" "$kept"
}

# Renames take no space.
put_back_programs() {
  for program in "$kept"/*; do mv -f "$program" "$programs/${program##*/}"; done
  rm -rf "$kept"
}

restart_or_fall_back() {
  if restart_engine; then return; fi
  journal=$(journalctl -u docker.service -n 50 --no-pager -o cat || true)
  printf '@berth note the new engine does not answer; putting the old one back\n'
  put_back_programs
  restart_engine || printf 'nor does the old engine\n'
  printf '%s\n' "$journal"
  return 1
}

restart_engine() {
  # Restarts in quick succession would count against the units' limits.
  systemctl reset-failed containerd.service docker.service 2>/dev/null || true
  timeout {{withinSeconds}} systemctl restart containerd.service || return 1
  timeout {{withinSeconds}} systemctl restart docker.service || return 1
  # systemd has heard from it that it is up; a bundle may come without a client to ask it.
  [ -x "$programs/docker" ] || return 0
  tries=0
  until "$programs/docker" version >"$work/answer" 2>&1; do
    [ "$tries" -ge 60 ] && { cat "$work/answer"; return 1; }
    tries=$((tries + 1))
    sleep 0.5
  done
}
