#!/bin/sh
# What has to be there before sshd: run by init, which starts sshd the moment this ends.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH
told=/sys/firmware/qemu_fw_cfg/by_name/opt/berth
disk=/media/boot/berth/seed
taken=/var/lib/berth/seed

modprobe -q -a virtio_net virtio_console qemu_fw_cfg virtio_rng
# Another computer than QEMU's: whatever it has is asked for its driver.
set -- /sys/class/net/*/device
if [ ! -e "$1" ]; then
  # shellcheck disable=SC2046 # a list of names
  modprobe -q -a $(cat /sys/bus/*/devices/*/modalias | sort -u)
fi

mkdir -p /dev/pts /dev/shm /dev/mqueue
mount -t devpts -o mode=0620,gid=5 devpts /dev/pts
mount -t tmpfs -o nosuid,nodev tmpfs /dev/shm
mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs /tmp
mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 /sys/fs/cgroup
[ -e /dev/fd ] || ln -s /proc/self/fd /dev/fd
mkdir -p /run/sshd /run/lock /var/log /var/lib/berth /var/tmp /var/cache /var/spool/cron
[ -e /var/run ] || ln -s /run /var/run

# find_seed NAME: where it can be read, as $seed. Those of the disk count once, and again when they are changed there.
find_seed() {
  seed=$told/$1/raw
  [ ! -e "$seed" ] || return 0
  seed=$disk/$1
  [ -e "$seed" ] && ! sha256sum -c -s "$taken/$1" 2>/dev/null
}

# seed_file NAME FILE: a file that holds it already is left as it is, so that nothing is written at most boots.
seed_file() {
  find_seed "$1" || return 1
  cmp -s "$seed" "$2" && return
  (umask 077 && cat "$seed" >"$2.new") && mv "$2.new" "$2"
}

# All that the disk has is taken over by now.
remember_seeds() {
  mkdir -p "$taken"
  for file in "$disk"/*; do
    name=${file##*/}
    sha256sum -c -s "$taken/$name" 2>/dev/null || sha256sum "$file" >"$taken/$name"
  done
}

login_key() {
  mkdir -p "$2/.ssh"
  seed_file authorized_keys "$2/.ssh/authorized_keys" || return 0
  chown -R "$1:$1" "$2"
  chmod 0700 "$2" "$2/.ssh"
}

if [ -d "$told" ] || [ -d "$disk" ]; then
  login_key root /root
  login_key docker /home/docker
  key=/etc/ssh/ssh_host_ed25519_key
  if seed_file ssh_host_ed25519_key "$key" && [ "$key" -nt "$key.pub" ]; then ssh-keygen -y -f "$key" >"$key.pub"; fi
  # Once only: whoever sets another name later shall keep it.
  if [ ! -e /var/lib/berth/named ] && find_seed hostname; then
    cat "$seed" >/etc/hostname
    echo >>/etc/hostname
    : >/var/lib/berth/named
  fi
  [ ! -d "$disk" ] || remember_seeds
fi
[ -s /etc/ssh/ssh_host_ed25519_key ] || ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
[ -s /etc/machine-id ] || tr -d - </proc/sys/kernel/random/uuid >/etc/machine-id
hostname -F /etc/hostname
name=$(hostname)
grep -q "[[:blank:]]$name\$" /etc/hosts || echo "127.0.1.1 $name" >>/etc/hosts
ip link set lo up
rc-service network start
