#!/bin/busybox sh
# First process of the minimal OS: finds its disks, chooses the system to run, puts its root together and hands over to it.
# No more than that, since every boot waits for it.
PATH=/bin
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
exec </dev/console >/dev/console 2>&1
release=$(uname -r)

# As an error, which the console shows whatever the level.
say() { echo "<3>berth: $*" >/dev/kmsg; }

# The end of the first process is the end of the kernel, which starts again after `panic=` seconds.
give_up() {
  say "cannot boot: $*"
  exit 1
}

load() {
  while read -r module; do insmod "/lib/modules/$module" 2>/dev/null; done <"/lib/modules/$1"
}

option() {
  for word in $(cat /proc/cmdline); do
    case "$word" in "$1="*) printf '%s' "${word#*=}" ;; esac
  done
}

disk_of_serial() {
  for file in /sys/block/*/serial; do
    [ -r "$file" ] || continue
    # The kernel ends it without a line break, which `read` calls a failure.
    read -r serial <"$file"
    [ "$serial" = "$1" ] || continue
    file=${file%/serial}
    echo "/dev/${file##*/}"
    return
  done
}

# partition_named NAME [DISK]: by its name in the table of this disk, or of any.
partition_named() {
  for file in /sys/class/block/${2:+$2/}*/uevent; do
    grep -q "^PARTNAME=$1\$" "$file" 2>/dev/null || continue
    file=${file%/uevent}
    echo "/dev/${file##*/}"
    return
  done
}

find_disks() {
  root=$(disk_of_serial berth-root)
  data=$(disk_of_serial berth-data)
  [ -n "$data" ] || data=$(partition_named berth-data)
  [ -n "$data" ] || data=$(findfs LABEL=berth-data 2>/dev/null)
  [ -n "$data" ]
}

wait_for_disks() {
  find_disks && return
  load more
  tries=0
  until find_disks; do
    [ "$tries" -lt 100 ] || give_up 'there is no disk berth-data'
    usleep 100000
    tries=$((tries + 1))
  done
}

system=
# The system of a disk that boots by itself is a file of the partition before the data's.
mount_system() {
  partition=/sys/class/block/${data#/dev/}
  [ -e "$partition/partition" ] || return 0
  disk=$(readlink -f "$partition/..")
  disk=${disk##*/}
  system=$(partition_named berth-system "$disk")
  [ -n "$system" ] || return 0
  load system
  mount_base
  # The disk may have grown: the data partition is its last one. Less than 2 MiB are not worth a new table.
  end=$(($(cat "$partition/start") + $(cat "$partition/size")))
  [ "$(($(cat "/sys/class/block/$disk/size") - end))" -le 4096 ] || grow_data
}

mount_base() {
  mount -t vfat -o ro,nosuid,nodev,noexec,umask=077 "$system" /system || give_up "cannot mount $system"
  mount -t squashfs -o ro,loop /system/berth/root.squashfs /base || give_up "there is no system on $system"
}

grow_data() {
  say "growing $data"
  number=$(cat "$partition/partition")
  chrooted /sbin/sfdisk --quiet --no-reread --no-tell-kernel --relocate gpt-bak-std "/dev/$disk" &&
    echo ',+' | chrooted /sbin/sfdisk --quiet --no-reread --no-tell-kernel -N "$number" "/dev/$disk" ||
    say "cannot grow $data"
  # The kernel reads a table only while none of its partitions is in use.
  umount /base
  umount /system
  blockdev --rereadpt "/dev/$disk" || say "the kernel does not read the table of /dev/$disk"
  mount_base
}

# chrooted COMMAND: with the programs of the system, which the initramfs has no space for.
chrooted() {
  mount --bind /dev /base/dev && mount --bind /proc /base/proc && mount --bind /sys /base/sys
  chroot /base "$@"
  status=$?
  umount /base/sys /base/proc /base/dev
  return "$status"
}

# Only a disk that begins with nothing but zeros is a new one; whatever else is on it is somebody's.
format_new() {
  # The busybox here has no blkid.
  [ "$(findfs LABEL=berth-data 2>/dev/null)" != "$data" ] || return 0
  head -c 1048576 "$data" | tr -d '\000' | head -c 1 | grep -q . && give_up "$data holds something else than berth's data"
  [ -d /base/dev ] || give_up "$data is empty, and there is no system to format it with"
  say "formatting $data"
  chrooted /sbin/mke2fs -q -t ext4 -L berth-data -E lazy_itable_init=1,lazy_journal_init=1,nodiscard "$data" ||
    give_up "cannot format $data"
}

# A slot is a folder of system/ on the data disk. One that is named `next` is tried once: it becomes `current` when it has come
# up (confirm), and is passed over when it has not.
choose_slot() {
  slots=/data/system
  slot=$(option berth.slot)
  [ -z "$slot" ] || return
  [ -d "$slots" ] || return
  if [ -e "$slots/trying" ]; then
    say "the system $(cat "$slots/trying") did not come up: going back"
    mv "$slots/trying" "$slots/refused"
  elif [ -e "$slots/next" ]; then
    mv "$slots/next" "$slots/trying"
    sync
    slot=$(cat "$slots/trying")
    return
  fi
  [ ! -e "$slots/current" ] || slot=$(cat "$slots/current")
}

mount_slot() {
  from=/data/system/$slot
  [ -f "$from/root.squashfs" ] || { slot=; return 1; }
  mkdir -p /slot
  mount -o loop,ro "$from/root.squashfs" /slot || { slot=; return 1; }
  [ -d "/slot/lib/modules/$release" ] || start_kernel_of_slot
}

# Another kernel than the one that runs: a boot from memory, which no firmware takes part in.
start_kernel_of_slot() {
  say "starting the kernel of $slot"
  for folder in dev proc sys; do mount --bind "/$folder" "/slot/$folder"; done
  mount --bind /data /slot/mnt
  chroot /slot /sbin/kexec -s -l "/mnt/system/$slot/kernel" --initrd="/mnt/system/$slot/initramfs" \
    --command-line="$(cat /proc/cmdline) berth.slot=$slot" || give_up "cannot load the kernel of $slot"
  umount /slot/mnt
  mount -o remount,ro /data
  chroot /slot /sbin/kexec -e
  give_up "the kernel of $slot does not start"
}

load first
mkdir -p /base /data /new /upper /system
wait_for_disks
[ -z "$root" ] || mount -t squashfs -o ro "$root" /base || give_up "$root is no system"
[ -n "$root" ] || mount_system
format_new
mount -t ext4 -o noatime "$data" /data || give_up "cannot mount $data"
choose_slot
base=/base
if [ -n "$slot" ] && mount_slot; then base=/slot; fi
[ -d "$base/sbin" ] || give_up 'there is no system on any disk'

# Changes to the system itself are forgotten at power off; what lasts is mounted over it.
mount -t tmpfs -o mode=0755 tmpfs /upper
mkdir /upper/upper /upper/work
mount -t overlay -o "lowerdir=$base,upperdir=/upper/upper,workdir=/upper/work" overlay /new || give_up 'cannot lay a writable layer'
mkdir -p /data/etc/upper /data/etc/work
mount -t overlay -o "lowerdir=$base/etc,upperdir=/data/etc/upper,workdir=/data/etc/work" overlay /new/etc || give_up 'cannot lay /etc'
for folder in home root var opt usr/local; do
  if [ ! -d "/data/$folder" ]; then
    mkdir -p "/data/$folder"
    cp -a "$base/$folder/." "/data/$folder/" 2>/dev/null
  fi
  mount --bind "/data/$folder" "/new/$folder"
done
mount -t tmpfs -o mode=0755,nosuid,nodev tmpfs /new/run
echo "${slot:-base}" >/new/run/berth-slot
mount --move /data /new/media/data
if [ -n "$system" ]; then
  mkdir -p /new/media/boot
  mount --move /system /new/media/boot
fi
mount --move /dev /new/dev
mount --move /proc /new/proc
mount --move /sys /new/sys
exec switch_root /new /sbin/init
