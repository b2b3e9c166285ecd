# Prints what has to be known of a server whose system shall be replaced, as key=value lines. Changes nothing. POSIX sh, dash,
# busybox ash. Values that may hold anything are sent in hexadecimal. Private keys are not read.
root={{root}}
text() { cat "$root$1" 2>/dev/null; }

if [ "$#" -eq 0 ]; then
  set -- "$(id -un)" "${SSH_CONNECTION##* }"
  if [ "$(id -u)" -ne 0 ]; then
    words=$(sudo -n true 2>&1) && exec sudo -n -- sh "$0" "$@"
    printf '%s' "$words" | hex sudo_words
    exit
  fi
fi
user=$1
echo "user=$user"
echo "ssh_port=${2:-22}"

find_container() {
  if [ -r "$root/run/systemd/container" ]; then text /run/systemd/container && return; fi
  text /proc/1/environ | tr '\000' '\n' | sed -n 's/^container=//p' | grep . && return
  [ ! -e "$root/.dockerenv" ] || echo docker
  [ ! -d "$root/proc/vz" ] || [ -d "$root/proc/bc" ] || echo openvz
}

find_kernel() {
  if [ -d "$root/sys/firmware/efi" ]; then echo firmware=UEFI; else echo firmware=BIOS; fi
  [ ! -e "$root/sys/kernel/kexec_loaded" ] || echo kexec=1
  [ "$(text /proc/sys/kernel/kexec_load_disabled)" != 1 ] || echo kexec_disabled=1
  echo "lockdown=$(text /sys/kernel/security/lockdown | sed -n 's/.*\[\(.*\)\].*/\1/p')"
  for name in squashfs loop; do
    grep -qw "$name" "$root/proc/filesystems" "$root/proc/devices" 2>/dev/null || modprobe -n -q "$name" 2>/dev/null || echo "lacks=$name"
  done
}

# disks_of DEVICE: the whole disks below a partition, a volume or an array.
disks_of() {
  folder=$(readlink -f "$1") || return
  [ ! -e "$folder/partition" ] || folder=${folder%/*}
  found=
  for slave in "$folder"/slaves/*; do
    [ -e "$slave" ] || continue
    found=1
    disks_of "$slave"
  done
  [ -n "$found" ] || echo "${folder##*/}"
}

root_device() {
  awk '$5 == "/" { device = $3; for (i = 6; i < NF; i++) if ($i == "-") source = $(i + 2) } END { print device, source }' \
    "$root/proc/self/mountinfo" | {
    read -r number source
    case "$number" in
      0:*) echo "$root/sys/class/block/$(basename "$(readlink -f "$source" 2>/dev/null || echo "$source")")" ;;
      *) echo "$root/sys/dev/block/$number" ;;
    esac
  }
}

find_disks() {
  disks_of "$(root_device)" | sort -u | sed 's/^/root_disk=/'
  for block in "$root"/sys/block/*; do
    name=${block##*/}
    [ -e "$block/device" ] && [ "$(cat "$block/size")" -gt 0 ] && [ "$(text "/sys/block/$name/removable")" != 1 ] || continue
    case "$name" in sr* | fd* | zram* | loop*) continue ;; esac
    echo "disk=$name $(($(cat "$block/size") / 2048)) $(disk_key "$name") $(text "/sys/block/$name/device/model" | tr -s ' ' _)"
  done
  awk '$1 ~ /^\/dev\// && !seen[$1]++ { print $1, $2 }' "$root/proc/mounts" | while read -r device folder; do
    on=$(disks_of "$root/sys/class/block/$(basename "$(readlink -f "$device")")" | head -n 1)
    [ "$device" != /dev/root ] || on=$(disks_of "$(root_device)" | head -n 1)
    df -Pk "$folder" 2>/dev/null | awk -v on="$on" 'NR == 2 { print "mounted=" on, int($3 / 1024), $6 }'
  done
}

# The one plain network card behind the default route.
find_card() {
  for card in "$root/sys/class/net/$1" "$root/sys/class/net/$1"/lower_*; do
    [ -e "$card/device" ] || continue
    name=${card##*/}
    echo "card=${name#lower_}"
    echo "mac=$(cat "$card/address")"
    return
  done
}

find_network() {
  link=$(ip -4 route show default 2>/dev/null | sed -n 's/.* dev \([^ ]*\).*/\1/p' | head -n 1)
  [ -n "$link" ] || link=$(ip -6 route show default 2>/dev/null | sed -n 's/.* dev \([^ ]*\).*/\1/p' | head -n 1)
  [ -n "$link" ] || return 0
  echo "link=$link"
  [ -e "$root/proc/net/vlan/$link" ] || [ -d "$root/sys/class/net/$link/bonding" ] || find_card "$link"
  for family in 4 6; do
    ip -o -$family addr show dev "$link" scope global 2>/dev/null |
      awk -v key="address$family" '!/ (temporary|deprecated|tentative|dadfailed)/ { print key "=" $4 (/ dynamic/ ? " dynamic" : "") }'
    ip -$family route show default dev "$link" 2>/dev/null | sed -n "s/.*via \([^ ]*\).*/gateway$family=\1/p" | head -n 1
  done
  grep -hs '^nameserver' "$root/run/systemd/resolve/resolv.conf" "$root/etc/resolv.conf" |
    awk '$2 !~ /^(127\.|::1$)/ && !seen[$2]++ { print "nameserver=" $2 }'
}

find_keys() {
  settings=$(sshd -T 2>/dev/null)
  home=$(awk -F : -v user="$user" '$1 == user { print $6 }' "$root/etc/passwd")
  echo "$settings" | sed -n 's/^authorizedkeysfile //p' | grep . >/dev/null || settings="$settings
authorizedkeysfile .ssh/authorized_keys"
  echo "$settings" | sed -n 's/^authorizedkeysfile //p' | tr ' ' '\n' | sed "s,%h,$home,g; s,%u,$user,g" | while read -r file; do
    case "$file" in /*) ;; *) file=$home/$file ;; esac
    [ ! -r "$root$file" ] || { cat "$root$file"; echo; }
  done | hex authorized_keys
  for file in "$root"/etc/ssh/ssh_host_*_key.pub; do
    [ ! -r "${file%.pub}" ] || cut -d ' ' -f 1,2 "$file" | sed 's/^/host_key=/'
  done
}

[ ! -r "$root/etc/os-release" ] || hex os_release <"$root/etc/os-release"
echo "arch=$(uname -m)"
uname -n | hex hostname
echo "boot_id=$(text /proc/sys/kernel/random/boot_id)"
find_container | head -n 1 | sed 's/^/container=/'
awk '/^MemTotal:/ { print "memory=" int($2 / 1024) } /^MemAvailable:/ { print "available=" int($2 / 1024) }' "$root/proc/meminfo"
find_kernel
text /proc/cmdline | hex cmdline
find_disks
find_network
find_keys
command -v docker >/dev/null && echo "containers=$(timeout 10 docker ps -aq 2>/dev/null | wc -l) $(timeout 10 docker volume ls -q 2>/dev/null | wc -l)"
echo end=1
