# shellcheck shell=sh
# One address, by DHCP or as the kernel's command line says: berth.net=ADDRESS/PREFIX,GATEWAY,NAMESERVER
serve() { exec udhcpc -f -i "$link" -S -x "hostname:$(hostname)" -s /usr/lib/berth/udhcpc -t 10 -T 1 -A 5; }
for link in /sys/class/net/*/device; do
  link=${link%/device}
  link=${link##*/}
  break
done
start() {
  [ -e "/sys/class/net/$link" ] || return 0
  ip link set "$link" up
  fixed=$(sed 's/ /\n/g' /proc/cmdline | sed -n 's/^berth\.net=//p')
  if [ -z "$fixed" ]; then
    supervise
    return
  fi
  gateway=${fixed#*,}
  ip address replace "${fixed%%,*}" dev "$link"
  ip route replace default via "${gateway%%,*}" onlink dev "$link"
  printf 'nameserver %s\n' "${fixed##*,}" >/etc/resolv.conf
}
