# Says whether the engine's packages have a newer version where they come from: newer, none, or nothing where nobody can tell.
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
has() { command -v "$1" >/dev/null 2>&1; }
engine='docker-ce docker.io docker moby-engine docker-engine'
companions='docker-ce-cli docker-cli docker-ce-rootless-extras docker-buildx-plugin docker-compose-plugin containerd.io containerd runc'

# known TEST…: those of the packages that are installed; nothing where the engine itself came otherwise.
known() {
  found=
  for name in $engine; do if "$@" "$name" >/dev/null 2>&1; then found="$found $name"; fi; done
  [ -n "$found" ] || return 1
  for name in $companions; do if "$@" "$name" >/dev/null 2>&1; then found="$found $name"; fi; done
}

# shellcheck disable=SC2317 # called by known
is_deb() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# shellcheck disable=SC2086 # lists of packages
newer() {
  if has apt-get; then
    known is_deb && apt-get -q -o DPkg::Lock::Timeout=120 update >/dev/null || return 1
    planned=$(apt-get -q -s install --only-upgrade $found) || return 1
    printf '%s\n' "$planned" | grep -q '^Inst ' && echo newer || echo none
  elif has dnf || has yum; then
    known rpm -q || return 1
    manager=dnf
    has dnf || manager=yum
    status=0
    "$manager" -q check-update $found >/dev/null 2>&1 || status=$?
    case "$status" in 100) echo newer ;; 0) echo none ;; *) return 1 ;; esac
  elif has apk; then
    known apk info -e && apk update >/dev/null || return 1
    [ -n "$(apk version -q -l '<' $found)" ] && echo newer || echo none
  fi
}

newer 2>/dev/null
exit 0
