#!/bin/sh
# The end, in order, within half a minute: containers, the engine, what is left, the disk.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH
killall -TERM supervise 2>/dev/null
# With live-restore the engine leaves its containers running: they are asked themselves, as `docker stop` would.
for shim in $(pidof containerd-shim-runc-v2); do
  for child in $(cat "/proc/$shim/task/$shim/children"); do kill -TERM "$child"; done
done
tries=0
while [ "$tries" -lt 100 ] && pidof dockerd containerd-shim-runc-v2 >/dev/null; do
  usleep 100000
  tries=$((tries + 1))
done
sync
# All but init and this one (kill(2)): whoever has a file open to write to it keeps the disk from its end.
kill -KILL -1
tries=0
until mount -o remount,ro /media/data 2>/dev/null || [ "$tries" -ge 20 ]; do
  usleep 100000
  tries=$((tries + 1))
done
# Where something in the kernel still writes, the journal is emptied at least.
grep -q ' /media/data ext4 ro' /proc/mounts || fsfreeze --freeze /media/data
sync
