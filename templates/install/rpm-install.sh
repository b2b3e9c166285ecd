# shellcheck disable=SC2086
install_engine() {
  wait_for_cloud_init
  wanted={{version}}
  more={{more}}
  if [ -z "$wanted" ]; then
    retry {{manager}} -y install {{package}} $more
    return
  fi
  all=$({{manager}} -q list --showduplicates {{package}} 2>/dev/null | awk '$1 ~ /\./ { print $2 }' | sed 's/^[0-9]*://')
  found=$(printf '%s\n' "$all" | awk -v wanted="$wanted" '{
    rest = substr($0, length(wanted) + 1)
    if (index($0, wanted) == 1 && rest !~ /^[0-9]/) last = $0
  } END { print last }')
  if [ -z "$found" ]; then
    printf 'no version %s of %s; there are: %s\n' "$wanted" {{package}} "$(printf '%s' "$all" | tr '\n' ' ')"
    return 1
  fi
  retry {{manager}} -y install {{package}}"-$found" $more
}
