#!/bin/sh
# lay-out DEVICE FOLDER: makes a whole device a disk of this OS that boots by itself, by BIOS and by UEFI, of FOLDER's kernel,
# initramfs, root.squashfs, loader.tar.gz and seed/. Nothing of what the device held is left. The data partition comes last in
# the table, and its beginning is zeros: the first boot formats it.
set -eu
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH
device=$1
from=$2
work=$(mktemp -d)
# A trap obeys `set -e`, too, and its failure would be the script's.
trap 'umount "$work/system" 2>/dev/null || :; rm -rf "$work"' EXIT

# vda2, and nvme0n1p2: a `p` where the device's own name ends in a digit.
partition() {
  case "$device" in *[0-9]) echo "${device}p$1" ;; *) echo "$device$1" ;; esac
}

for file in kernel initramfs root.squashfs loader.tar.gz; do
  [ -s "$from/$file" ] || { echo "there is no $from/$file" >&2; exit 1; }
done
tar -xzf "$from/loader.tar.gz" -C "$work"

# What other systems left at the ends, a second GPT above all, is not to be found again.
dd if=/dev/zero of="$device" bs=1M count=4 2>/dev/null
sectors=$(blockdev --getsz "$device")
dd if=/dev/zero of="$device" bs=512 seek="$((sectors - 2048))" count=2048 2>/dev/null
sfdisk --quiet --wipe always --wipe-partitions always "$device" <<END
label: gpt
start=2048, size=2048, type=21686148-6449-6E6F-744E-656564454649, name=berth-bios
start=4096, size=1048576, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, name=berth-system
start=1052672, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4, name=berth-data
END
dd if=/dev/zero of="$(partition 3)" bs=1M count=4 2>/dev/null
if [ -s "$work/core.img" ]; then
  dd if="$work/boot.img" of="$device" bs=440 count=1 conv=notrunc 2>/dev/null
  dd if="$work/core.img" of="$device" bs=512 seek=2048 conv=notrunc 2>/dev/null
fi

modprobe -q -a vfat nls_cp437 nls_ascii || :
mkdosfs -n BERTH "$(partition 2)" >/dev/null
mkdir "$work/system"
mount -t vfat -o umask=077 "$(partition 2)" "$work/system"
cp -r "$work/EFI" "$work/system/"
mkdir "$work/system/berth"
for file in kernel initramfs root.squashfs; do cp "$from/$file" "$work/system/berth/"; done
[ ! -d "$from/seed" ] || cp -r "$from/seed" "$work/system/berth/"
umount "$work/system"
sync
