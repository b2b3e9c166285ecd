# Waits until the first boot has brought the engine, or will not any more; prints the mark that its script left.
mark=/var/lib/berth/first-boot
waited=0
until [ -e "$mark" ]; do
  command -v cloud-init >/dev/null || exit 0
  # Its status says "error" as soon as any module has failed, long before it is at its end.
  [ ! -e /run/cloud-init/result.json ] || break
  cloud-init status 2>/dev/null | grep -q disabled && break
  [ "$waited" -lt {{withinSeconds}} ] || break
  sleep 1
  waited=$((waited + 1))
done
[ ! -e "$mark" ] || cat "$mark"
