# Checks what came, adds what the server keeps, and loads the new kernel beside the running one. Run as root in the folder of its
# files. Nothing of the server changes; `fault=` tells why it cannot be, and then all of it is gone from memory again.
place={{place}}
sum={{sum}}
offset={{offset}}
commandLine={{commandLine}}
user={{user}}
port={{port}}
enginePort={{enginePort}}
disk={{disk}}
card={{card}}
here=$(pwd)
archive=$place/system.cpio
tree=$place/root
seed=$place/seed/install/system/seed
data=$place/seed/install/data
upper=$data/etc/upper
PATH=$PATH:/usr/sbin:/sbin
export PATH

fault() {
  echo "fault=$*"
  sh "$here/forget.sh"
  exit 0
}
need() { "$@" 2>"$here/words" || fault "failed $* $(tail -n 1 "$here/words")"; }

open_system() {
  [ "$(sha256sum <"$archive" | cut -d ' ' -f 1)" = "$sum" ] || fault 'sum'
  mkdir -p "$tree"
  modprobe -q -a loop squashfs 2>/dev/null
  mount -t squashfs -o "loop,ro,offset=$offset" "$archive" "$tree" 2>"$here/words" || fault "squashfs $(tail -n 1 "$here/words")"
  for folder in dev proc sys; do need mount --bind "/$folder" "$tree/$folder"; done
  need mount --bind "$place" "$tree/mnt"
}

# drivers_of DEVICE: a device's driver and its alias, and those of all that it hangs on.
drivers_of() {
  path=$(readlink -f "$1")
  while [ -n "$path" ] && [ "$path" != /sys/devices ]; do
    if [ -e "$path/driver" ] && [ -r "$path/modalias" ]; then
      driver=$(readlink -f "$path/driver")
      echo "${driver##*/} $(cat "$path/modalias")"
    fi
    path=${path%/*}
  done
}

# The new kernel has a driver when it names the device, or has one of that name built in.
has_driver() {
  case "$1" in pcieport | virtio-pci | sd | pci-bridge) return 0 ;; esac
  grep -q "/$(echo "$1" | tr _ '?' | sed 's/[?-]/[_-]/g')\.ko" "$modules/modules.builtin" && return
  while read -r _alias pattern _module; do
    # shellcheck disable=SC2254 # it is a pattern
    case "$2" in $pattern) return 0 ;; esac
  done <"$modules/modules.alias"
  return 1
}

check_drivers() {
  for modules in "$tree"/usr/lib/modules/*; do break; done
  for device in "/sys/block/$disk/device" "/sys/class/net/$card/device"; do
    drivers_of "$device" >"$here/drivers"
    while read -r driver alias; do has_driver "$driver" "$alias" || fault "driver $driver"; done <"$here/drivers"
  done
}

keep_names_and_keys() {
  mkdir -p "$seed" "$upper/ssh"
  for file in authorized_keys hostname network; do [ ! -s "$here/$file" ] || cat "$here/$file" >"$seed/$file"; done
  for key in /etc/ssh/ssh_host_*_key; do
    case "$key" in
      *_ed25519_key)
        cat "$key" >"$seed/ssh_host_ed25519_key"
        cat "$key.pub" >"$upper/ssh/${key##*/}.pub"
        ;;
      *_rsa_key | *_ecdsa_key)
        cat "$key" >"$upper/ssh/${key##*/}"
        cat "$key.pub" >"$upper/ssh/${key##*/}.pub"
        echo "HostKey $key" >>"$here/sshd"
        ;;
    esac
  done
  [ "$port" = 22 ] || printf 'Port 22\nPort %s\n' "$port" >>"$here/sshd"
  [ ! -s "$here/sshd" ] || cat "$tree/etc/ssh/sshd_config" "$here/sshd" >"$upper/ssh/sshd_config"
  [ "$port" = 22 ] || add_line berth/firewall "$port/tcp"
  grep -qx "$enginePort/tcp" "$tree/etc/berth/firewall" || add_line berth/firewall "$enginePort/tcp"
}

add_line() {
  mkdir -p "$upper/$(dirname "$1")"
  [ -e "$upper/$1" ] || cat "$tree/etc/$1" >"$upper/$1"
  echo "$2" >>"$upper/$1"
}

# Whoever logged in so far goes on to do so, and is root by sudo.
keep_user() {
  ! grep -q "^$user:" "$tree/etc/passwd" || return 0
  add_line passwd "$user:x:1001:1001::/home/$user:/bin/sh"
  add_line shadow "$user:*:19000:0:99999:7:::"
  sed "s/^\(docker:.*\)/\1,$user/" "$tree/etc/group" >"$upper/group"
  add_line group "$user:x:1001:"
  add_line sudoers "$user ALL=(ALL:ALL) NOPASSWD: ALL"
  mkdir -p "$data/home/$user/.ssh"
  cat "$here/authorized_keys" >"$data/home/$user/.ssh/authorized_keys"
  chown -R 1001:1001 "$data/home/$user"
}

# What is not said here is for root alone.
settle() {
  find "$data" -type d -exec chmod 0755 {} +
  for file in passwd group berth/firewall; do [ ! -e "$upper/$file" ] || chmod 0644 "$upper/$file"; done
  [ ! -e "$upper/sudoers" ] || chmod 0440 "$upper/sudoers"
  [ ! -d "$data/home/$user" ] || chmod 0700 "$data/home/$user" "$data/home/$user/.ssh"
}

pack() {
  cat "$here/init" >"$place/seed/install/init"
  chmod 0755 "$place/seed/install/init"
  # shellcheck disable=SC2016 # for the shell inside
  chroot "$tree" /bin/busybox sh -c 'cd /mnt/seed && find . | cpio -o -H newc 2>/dev/null' >>"$archive" || fault 'failed cpio'
  cat "$here/initramfs" >>"$archive" || fault 'memory'
  cat "$here/kernel" >"$place/kernel" || fault 'memory'
  rm -rf "$place/seed"
}

load_kernel() {
  for way in -s -c; do
    chroot "$tree" /sbin/kexec "$way" -l /mnt/kernel --initrd=/mnt/system.cpio --command-line="$commandLine" 2>"$here/words" && return
    [ "$way" = -c ] || cp "$here/words" "$here/first"
  done
  fault "kexec $(tail -n 1 "$here/first")"
}

umask 077
open_system
check_drivers
keep_names_and_keys
keep_user
settle
pack
load_kernel
echo loaded=1
