# shellcheck disable=SC2086
install_engine() {
  wait_for_cloud_init
  # zypper waits for its own lock when it is told to.
  ZYPP_LOCK_TIMEOUT=600
  export ZYPP_LOCK_TIMEOUT
  retry zypper --non-interactive --gpg-auto-import-keys refresh
  # A module that is not registered is no failure where the package comes from elsewhere.
  # shellcheck disable=SC1091
  if has SUSEConnect; then SUSEConnect -p "sle-module-containers/$(. /etc/os-release && printf %s "$VERSION_ID")/$(uname -m)" || true; fi
  wanted={{version}}
  more={{more}}
  if [ -z "$wanted" ]; then
    retry zypper --non-interactive install --no-recommends {{package}} $more
    return
  fi
  all=$(zypper --non-interactive --quiet search -s --match-exact -t package {{package}} |
    awk -F '|' '$3 ~ /^ *package *$/ { gsub(/ /, "", $4); print $4 }' | sort -V)
  found=$(printf '%s\n' "$all" | awk -v wanted="$wanted" '{
    rest = substr($0, length(wanted) + 1)
    if (index($0, wanted) == 1 && rest !~ /^[0-9]/) last = $0
  } END { print last }')
  if [ -z "$found" ]; then
    printf 'no version %s of %s; there are: %s\n' "$wanted" {{package}} "$(printf '%s' "$all" | tr '\n' ' ')"
    return 1
  fi
  retry zypper --non-interactive install --no-recommends {{package}}"=$found" $more
}
