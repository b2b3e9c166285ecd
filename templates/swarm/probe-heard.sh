# Prints "ADDRESS PORT" of what was listened for and did not come, and listens no more.
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
chain=BERTH-PROBE
programs='iptables ip6tables'

silent() {
  for program in $programs; do
    "$program" -w -t nat -v -S "$chain" 2>/dev/null |
      sed -n 's|^-A .*-s \([^ /]*\).*--dport \([0-9]*\).* -c 0 0.*|\1 \2|p'
  done
}

# All was sent before; what is still under way is there within a second.
tries=0
while left=$(silent) && [ -n "$left" ] && [ "$tries" -lt 10 ]; do
  tries=$((tries + 1))
  sleep 0.1
done
[ -z "$left" ] || printf '%s\n' "$left"
for program in $programs; do
  "$program" -w -t nat -D INPUT -j "$chain"
  "$program" -w -t nat -F "$chain"
  "$program" -w -t nat -X "$chain"
done >/dev/null 2>&1
exit 0
