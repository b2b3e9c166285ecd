# Runs one machine: gives it control groups, a network and its disk, boots it, and boots it again when it restarts itself.
# Mounts, the loop device and the inner end of the network live in namespaces of this process, so they are gone when its
# last child is, whatever ends it.
set -u
base={{base}}
candidates={{candidates}}
nameservers={{nameservers}}
memory={{memory}}
cpus={{cpus}}
# 1 where only version 2 of control groups is mounted.
unified={{unified}}

fail() {
  printf '%s\n' "$1" >&2
  exit 1
}

enter_groups() {
  for at in $(groups); do
    mkdir -p "$at" || fail "cannot make the control group $at"
    for setting in cpuset.cpus cpuset.mems; do
      if [ -e "$at/$setting" ] && [ -z "$(cat "$at/$setting")" ]; then cat "${at%/*}/$setting" >"$at/$setting"; fi
    done
    limit "$at"
    echo $$ >"$at/cgroup.procs" || fail "cannot enter the control group $at"
  done
}

# Memory in bytes and processors; 0 is no limit.
limit() {
  if [ "$memory" != 0 ]; then
    for setting in memory.limit_in_bytes memory.max; do
      if [ -e "$1/$setting" ]; then echo "$memory" >"$1/$setting" || fail "cannot limit the memory to $memory"; fi
    done
  fi
  if [ "$cpus" != 0 ]; then
    if [ -e "$1/cpu.cfs_quota_us" ]; then echo $((cpus * 100000)) >"$1/cpu.cfs_quota_us"; fi
    if [ -e "$1/cpu.max" ]; then echo "$((cpus * 100000)) 100000" >"$1/cpu.max"; fi
  fi
}

leave_groups() {
  for at in $(groups); do
    echo $$ >"${at%/*}/cgroup.procs" 2>/dev/null
    find "$at" -depth -type d -exec rmdir {} + 2>/dev/null
  done
}

# Version 2 passes controllers on only from groups without processes: this script gets one, and the machine another.
split_group() {
  own=/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)
  mkdir "$own/supervisor" || fail "cannot make the control group $own/supervisor"
  echo $$ >"$own/supervisor/cgroup.procs" || fail "cannot enter the control group $own/supervisor"
  read -r controllers <"$own/cgroup.controllers"
  for controller in $controllers; do
    echo "+$controller" >"$own/cgroup.subtree_control" || fail "cannot pass on the controller $controller"
  done
}

# What the last boot has passed on would keep systemd-nspawn from entering.
make_machine_group() {
  find "$own/machine" -depth -type d -exec rmdir {} + 2>/dev/null
  mkdir "$own/machine" || fail "cannot make the control group $own/machine"
  limit "$own/machine"
}

# The first address that no running machine has.
choose_address() {
  for candidate in $candidates; do
    taken "$candidate" || { printf '%s\n' "$candidate"; return; }
  done
}

taken() {
  for other in "$machines"/*/address; do
    if [ "$other" = "$folder/address" ] || [ ! -e "$other" ]; then continue; fi
    read -r theirs <"$other"
    # Running machines hold their lock.
    if [ "$theirs" = "$1" ] && ! flock -n "${other%/*}/lock" true; then return 0; fi
  done
  return 1
}

outside() {
  nsenter --net=/proc/self/fd/7 "$@"
}

prepare_outside() {
  exec 8>"$folder/lock"
  # A process that ends has no words any more a moment before it lets go of its files.
  flock -w 5 8 || fail 'the machine runs already'
  exec 9>"$machines/.lock"
  flock 9
  ip link del "$link" 2>/dev/null
  address=$(choose_address)
  [ -n "$address" ] || fail "no address is free in $network"
  make_bridge || fail "cannot make the bridge $bridge with its routes"
  ip link add "$link" type veth peer name "$link-in" address {{mac}} || fail "cannot make the network link $link"
  ip link set "$link" master "$bridge" up || fail "cannot put $link on the bridge $bridge"
  # Nobody else has this address now, and who had it last is forgotten.
  ip neigh flush to "$address" dev "$bridge"
  printf '%s\n' "$address" >"$folder/address.new"
  mv "$folder/address.new" "$folder/address"
  exec 9>&-
}

prepare_inside() {
  outside ip link set "$link-in" netns $$ || fail 'cannot move the network link into the machine'
  ip link set lo up
  ip link set "$link-in" name host0
  # Other machines hear of a new owner of the address, too.
  echo 1 >/proc/sys/net/ipv4/conf/host0/arp_notify
  ip address add "$address/$prefix" broadcast + dev host0
  ip link set host0 up
  ip route add default via "$gateway"
  mkdir -p "$folder/disk" "$folder/root"
  mount -o loop,noatime "$folder/disk.img" "$folder/disk" || fail "cannot mount the machine's disk"
  mkdir -p "$folder/disk/upper/etc"
  : >"$folder/disk/upper/etc/resolv.conf"
  for nameserver in $nameservers; do printf 'nameserver %s\n' "$nameserver" >>"$folder/disk/upper/etc/resolv.conf"; done
  mount -t overlay -o "lowerdir=$base,upperdir=$folder/disk/upper,workdir=$folder/disk/work" overlay "$folder/root" ||
    fail "cannot mount the machine's file system"
}

# Who reads the file sees the whole number or no file.
write_number() {
  echo "$1" >"$folder/$2.new"
  mv -f "$folder/$2.new" "$folder/$2"
}

# Ends with the status of systemd-nspawn: 133 when the machine wants to be booted again.
boot() {
  members=/dev/null
  if [ "$unified" = 1 ]; then
    make_machine_group
    members=$own/machine/cgroup.procs
  fi
  # Whatever is the engine's to write may be written; the unified hierarchy is used where it is the only one.
  SYSTEMD_NSPAWN_API_VFS_WRITABLE=network SYSTEMD_NSPAWN_LOCK=0 SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=$unified \
    sh -c 'echo 0 >"$0" && exec "$@"' "$members" \
    systemd-nspawn --quiet --boot --register=no --keep-unit --console=pipe --link-journal=no --resolv-conf=off --timezone=off \
    --directory="$folder/root" --machine="$machine" --hostname={{hostname}} --capability=all \
    --system-call-filter='add_key keyctl bpf' --network-namespace-path=/proc/self/ns/net \
    --bind="$folder/disk/docker:/var/lib/docker" --bind="$folder/disk/containerd:/var/lib/containerd" \
    </dev/null &
  nspawn=$!
  write_number "$nspawn" nspawn.pid
  # The computer shuts down: systemd-nspawn makes an orderly shutdown of it.
  trap 'kill -TERM "$nspawn"' TERM
  wait "$nspawn"
  status=$?
  while kill -0 "$nspawn" 2>/dev/null; do
    wait "$nspawn"
    status=$?
  done
  return "$status"
}

write_number $$ supervisor.pid
case "${1:-}" in
  '')
    if [ "$unit" = no ]; then enter_groups; fi
    prepare_outside
    # 7: the network of this computer, 8: the lock.
    exec unshare --mount --net --propagation private sh "$0" "$address" 7</proc/self/ns/net
    ;;
  *)
    address=$1
    prepare_inside
    if [ "$unified" = 1 ]; then split_group; fi
    while boot; [ $? -eq 133 ]; do :; done
    rm -f "$folder/nspawn.pid"
    outside sh "$folder/release.sh"
    if [ "$unit" = no ]; then leave_groups; fi
    ;;
esac
