#!/bin/sh
# What has to be there before sshd: run by init, which starts sshd the moment this ends.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH
seeds=/sys/firmware/qemu_fw_cfg/by_name/opt/berth

modprobe -q -a virtio_net virtio_console qemu_fw_cfg virtio_rng

mkdir -p /dev/pts /dev/shm /dev/mqueue
mount -t devpts -o mode=0620,gid=5 devpts /dev/pts
mount -t tmpfs -o nosuid,nodev tmpfs /dev/shm
mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs /tmp
mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 /sys/fs/cgroup
[ -e /dev/fd ] || ln -s /proc/self/fd /dev/fd
mkdir -p /run/sshd /run/lock /var/log /var/lib/berth /var/tmp /var/cache /var/spool/cron
[ -e /var/run ] || ln -s /run /var/run

# seed_file NAME FILE: a file that holds it already is left as it is, so that nothing is written at most boots.
seed_file() {
  [ -e "$seeds/$1/raw" ] || return 1
  cmp -s "$seeds/$1/raw" "$2" && return
  (umask 077 && cat "$seeds/$1/raw" >"$2.new") && mv "$2.new" "$2"
}

login_key() {
  mkdir -p "$2/.ssh"
  seed_file authorized_keys "$2/.ssh/authorized_keys" || return 0
  chown -R "$1:$1" "$2"
  chmod 0700 "$2" "$2/.ssh"
}

if [ -d "$seeds" ]; then
  login_key root /root
  login_key docker /home/docker
  key=/etc/ssh/ssh_host_ed25519_key
  if seed_file ssh_host_ed25519_key "$key" && [ "$key" -nt "$key.pub" ]; then ssh-keygen -y -f "$key" >"$key.pub"; fi
  # Once only: whoever sets another name later shall keep it.
  if [ -e "$seeds/hostname/raw" ] && [ ! -e /var/lib/berth/named ]; then
    cat "$seeds/hostname/raw" >/etc/hostname
    echo >>/etc/hostname
    : >/var/lib/berth/named
  fi
fi
[ -s /etc/ssh/ssh_host_ed25519_key ] || ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
[ -s /etc/machine-id ] || tr -d - </proc/sys/kernel/random/uuid >/etc/machine-id
hostname -F /etc/hostname
name=$(hostname)
grep -q "[[:blank:]]$name\$" /etc/hosts || echo "127.0.1.1 $name" >>/etc/hosts
ip link set lo up
rc-service network start
