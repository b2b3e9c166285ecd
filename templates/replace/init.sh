#!/bin/busybox sh
# First process of the new kernel while a server's system is replaced. Everything it needs is in memory. It sees that the disk is
# there and that the network answers before it writes anything: until then a reset starts the old system again.
PATH=/bin
export PATH
root=
disk={{disk}}
mac={{mac}}
address={{address}}
gateway={{gateway}}
written=
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
exec </dev/console >/dev/console 2>&1

# As an error, which the console shows whatever the level.
say() { echo "<3>berth: $*" >/dev/kmsg; }

give_up() {
  say "cannot install: $*"
  [ -n "$written" ] || say 'nothing was written: starting the old system again'
  sleep 5
  reboot -f
}

load() {
  while read -r module; do insmod "/lib/modules/$module" 2>/dev/null; done <"/lib/modules/$1"
}

# within SECONDS COMMAND…: until it succeeds.
within() {
  tries=$1
  shift
  until "$@"; do
    [ "$tries" -gt 0 ] || return 1
    tries=$((tries - 1))
    sleep 1
  done
}

open_system() {
  mkdir -p /base /data
  mount -o loop,ro /install/system/root.squashfs /base || give_up 'the system in memory cannot be opened'
  for folder in dev proc sys; do mount --bind "/$folder" "/base/$folder"; done
  mount --bind /install/system /base/mnt
  mount -t tmpfs tmpfs /base/tmp
  # What this computer has, as udev would do it.
  find /sys/devices -name modalias -exec cat {} + | sort -u | xargs chroot /base /sbin/modprobe -q -a af_packet
}

find_disk() {
  device=
  for block in /sys/block/*; do
    [ "$(disk_key "${block##*/}")" = "$disk" ] || continue
    [ -z "$device" ] || give_up "two disks are alike: $disk"
    device=/dev/${block##*/}
  done
  [ -b "$device" ]
}

find_card() {
  for card in /sys/class/net/*; do
    [ "$(cat "$card/address")" = "$mac" ] && [ -e "$card/device" ] || continue
    card=${card##*/}
    return 0
  done
  return 1
}

network_answers() {
  ip link set "$card" up
  case "$address" in
    dhcp) udhcpc -n -q -t 3 -T 2 -i "$card" -s /bin/true >/dev/null 2>&1 ;;
    '') return 0 ;;
    *)
      ip address add "$address" dev "$card" 2>/dev/null
      arping -q -f -c 3 -w 5 -I "$card" "$gateway"
      ;;
  esac
}

# partition NAME, as GPT has it.
partition() {
  for file in /sys/class/block/*/uevent; do
    grep -qx "PARTNAME=$1" "$file" || continue
    file=${file%/uevent}
    [ -b "/dev/${file##*/}" ] || continue
    echo "/dev/${file##*/}"
    return
  done
  return 1
}

write_disk() {
  [ -x /base/usr/lib/berth/lay-out ] || give_up 'this OS cannot be put on a disk'
  say "erasing $device"
  written=1
  chroot /base /usr/lib/berth/lay-out "$device" /mnt >/install/words 2>&1 ||
    give_up "cannot lay out $device: $(tail -n 1 /install/words)"
  within 10 partition berth-data >/dev/null || give_up 'the new partitions do not appear'
  data=$(partition berth-data)
  chroot /base /sbin/mke2fs -q -F -t ext4 -L berth-data -E lazy_itable_init=1,lazy_journal_init=1,nodiscard "$data" ||
    give_up "cannot format $data"
  mount -t ext4 -o noatime "$data" /data || give_up "cannot mount $data"
  mkdir -p /data/home
  cp -a /base/home/. /data/home/
  [ ! -d /install/data ] || cp -a /install/data/. /data/
  umount /data
  sync
}

load first
load more
# By these modules alone, since every later boot has no others.
within 30 find_disk || give_up "there is no disk $disk"
open_system
within 30 find_card || give_up "there is no network card $mac"
within 10 network_answers || give_up 'the network does not answer'
ip address flush dev "$card"
write_disk
say 'installed'
umount /base/tmp /base/mnt /base/dev /base/proc /base/sys /base
rm -rf /install/system /install/data
umount /proc /sys
umount -l /dev
exec /init
