# Powers the host off when its time is over, or nobody has used it for long: no container runs, and nobody is connected to
# its engine or logged in. Runs every minute. Times are in seconds, 0 is none; ports as /proc/net/tcp has them.
set -u
root=
idle_seconds={{idleSeconds}}
ends_at={{endsAt}}
ports={{ports}}
stamp=$root/run/berth-used

now=$(date +%s)

off() {
  logger -t berth "$1" 2>/dev/null || true
  systemctl poweroff
  exit 0
}

in_use() {
  [ -z "$(docker ps -q 2>/dev/null | head -n 1)" ] || return 0
  # State 01 is "established".
  cat "$root/proc/net/tcp" "$root/proc/net/tcp6" 2>/dev/null |
    awk -v ports=":($ports)\$" '$4 == "01" && $2 ~ ports { found = 1 } END { exit !found }'
}

if [ "$ends_at" -gt 0 ] && [ "$now" -ge "$ends_at" ]; then off 'its time is over'; fi
[ "$idle_seconds" -gt 0 ] || exit 0
if [ ! -e "$stamp" ] || in_use; then
  printf '%s\n' "$now" >"$stamp"
  exit 0
fi
since=$(cat "$stamp")
if [ $((now - since)) -ge "$idle_seconds" ]; then off 'nobody has used it'; fi
