#!/bin/sh
# All that starts behind sshd, and tells whoever waits outside.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH

# The port of that name, whatever its number.
ready_port() {
  for name in /sys/class/virtio-ports/*/name; do
    [ -r "$name" ] && [ "$(cat "$name")" = org.berth.ready ] || continue
    name=${name%/name}
    echo "/dev/${name##*/}"
  done
}

# Where nobody reads the port, a write to it never ends.
tell() {
  echo "berth: $1" >/dev/kmsg
  [ -z "$port" ] || echo "berth $1" >"$port" &
}

port=$(ready_port)
# 22 is 0016.
tries=0
until grep -q ':0016 .* 0A ' /proc/net/tcp || [ "$tries" -ge 300 ]; do
  usleep 50000
  tries=$((tries + 1))
done
tell 'ready sshd'

# It needs the longest.
rc-service containerd start

# The disk may have grown while the machine was off. Nothing is asked of the file system at most boots.
grow() {
  device=$(awk '$2 == "/media/data" { sub("/dev/", "", $1); print $1; exit }' /proc/mounts)
  cmp -s "/sys/class/block/$device/size" /var/lib/berth/disk-size && return
  resize2fs "/dev/$device" >/dev/null 2>&1 && cat "/sys/class/block/$device/size" >/var/lib/berth/disk-size
}
grow

# An engine that starts takes all of a small machine; what it needs is under way while somebody logs in.
for service in sysctl firewall; do rc-service "$service" start; done
for mount in $(sed 's/ /\n/g' /proc/cmdline | sed -n 's/^berth\.mount=//p'); do
  mkdir -p "${mount#*:}"
  mount -t virtiofs "${mount%%:*}" "${mount#*:}"
done
for file in /etc/local.d/*.start; do [ ! -x "$file" ] || "$file"; done
if [ -e /etc/runlevels/default/docker ] && rc-service docker start; then
  tell 'ready engine'
fi
for service in log power clock; do rc-service "$service" start; done
for service in /etc/runlevels/default/*; do [ ! -x "/etc/init.d/${service##*/}" ] || rc-service "${service##*/}" start; done
/usr/lib/berth/confirm

# An emulated machine boots without. One that has just been made is about to start its engine for the first time.
[ -e /etc/runlevels/default/docker ] || sleep 120
echo 2 >/proc/sys/kernel/randomize_va_space
