install_engine() {
  wait_for_cloud_init
  finish_interrupted
  retry apt update
  package={{package}}
  version=$(engine_version "$package")
  more={{more}}
  # Since Debian 13 the client is a package of its own, which docker.io only recommends.
  if [ "$package" = docker.io ] && apt-cache show docker-cli >/dev/null 2>&1; then more="$more docker-cli"; fi
  # shellcheck disable=SC2086
  retry apt --no-install-recommends install "$package$version" $more
}

# Empty for the newest, else "=VERSION" of the newest that begins with the wanted one.
engine_version() {
  wanted={{version}}
  [ -z "$wanted" ] && return 0
  # Versions look like 5:28.2.2-1~debian.12~bookworm or 20.10.24+dfsg1-1.
  all=$(apt-cache madison "$1" | awk '{ print $3 }')
  found=$(printf '%s\n' "$all" | awk -v wanted="$wanted" '{
    bare = $0; sub(/^[0-9]+:/, "", bare)
    rest = substr(bare, length(wanted) + 1)
    if (index(bare, wanted) == 1 && rest !~ /^[0-9]/) { print; exit }
  }')
  if [ -z "$found" ]; then
    printf 'no version %s of %s; there are: %s\n' "$wanted" "$1" "$(printf '%s' "$all" | tr '\n' ' ')" >&2
    return 1
  fi
  printf '=%s' "$found"
}
