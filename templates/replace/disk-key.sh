# A disk's place in the computer, size and serial number: what tells it from the others in any kernel, whose names and numbers for
# devices may be other ones.
disk_key() {
  place=$(readlink -f "$root/sys/block/$1") || return
  place=$(echo "$place" | sed -E "s,^$root,,"'; s,/block/.*,,; s,/virtio[0-9]+$,/virtio,; s,/virtio[0-9]+/,/virtio/,; s,/host[0-9]+,/host,
    s,/target[0-9]+:,/target,; s,/[0-9]+:([0-9]+:[0-9]+:[0-9]+)$,/\1,; s,/ata[0-9]+,/ata,; s,/nvme/nvme[0-9]+.*,/nvme,; s,/nvme-subsystem/.*,/nvme,')
  number=$(cat "$root/sys/block/$1/serial" "$root/sys/block/$1/wwid" "$root/sys/block/$1/device/wwid" 2>/dev/null | tr -c 'A-Za-z0-9.-' ' ')
  # shellcheck disable=SC2086 # words, to be parted by one sign
  set -- "$place" "$(cat "$root/sys/block/$1/size")" $number
  (IFS=,; echo "$*")
}
