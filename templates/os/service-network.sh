# shellcheck shell=sh
# An address by DHCP, or those that the kernel's command line (berth.net=) or the seed `network` name, a word each:
# [MAC=]ADDRESS/PREFIX,GATEWAY[,NAMESERVER…], or MAC=dhcp
wanted() {
  sed 's/ /\n/g' /proc/cmdline | sed -n 's/^berth\.net=//p'
  for file in /sys/firmware/qemu_fw_cfg/by_name/opt/berth/network/raw /media/boot/berth/seed/network; do
    [ ! -e "$file" ] || cat "$file"
  done
}

# link_of WORD: the one with its MAC, or the first one.
link_of() {
  for link in /sys/class/net/*/device; do
    link=${link%/device}
    [ -e "$link" ] || continue
    case "$1" in *=*) [ "$(cat "$link/address")" = "${1%%=*}" ] || continue ;; esac
    echo "${link##*/}"
    return
  done
}

serve() {
  link=$(link_of "$(wanted | grep '=dhcp$' | head -n 1)")
  exec udhcpc -f -i "$link" -S -x "hostname:$(hostname)" -s /usr/lib/berth/udhcpc -t 10 -T 1 -A 5
}

# give_address LINK ADDRESS/PREFIX,GATEWAY[,NAMESERVER…]
give_address() {
  ip link set "$1" up
  rest=$2,
  ip address replace "${rest%%,*}" dev "$1"
  rest=${rest#*,}
  [ -z "${rest%%,*}" ] || ip route replace default via "${rest%%,*}" onlink dev "$1"
  rest=${rest#*,}
  while [ -n "$rest" ]; do
    echo "nameserver ${rest%%,*}"
    rest=${rest#*,}
  done >>/run/resolv.conf
}

start() {
  words=$(wanted)
  rm -f /run/resolv.conf
  for word in ${words:-dhcp}; do
    link=$(link_of "$word")
    [ -n "$link" ] || continue
    case "$word" in *dhcp) ip link set "$link" up && supervise ;; *) give_address "$link" "${word#*=}" ;; esac
  done
  [ ! -s /run/resolv.conf ] || cat /run/resolv.conf >/etc/resolv.conf
}
