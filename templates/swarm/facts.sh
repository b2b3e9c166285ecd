# Prints what planning a cluster needs of this host; the words before the first blank say what a line is.
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
for card in /sys/class/net/*; do
  name=${card##*/}
  printf 'mtu %s %s\n' "$name" "$(cat "$card/mtu")"
  case "$(readlink "$card/device/driver" 2>/dev/null)" in
    */vmxnet3)
      if ethtool -k "$name" 2>/dev/null | grep -q '^tx-checksum-ip-generic: on'; then printf 'offload %s\n' "$name"; fi
      ;;
  esac
done
ip -o addr show | sed 's/^/address /'
ip route show | sed 's/^/route /'
ip -6 route show 2>/dev/null | sed 's/^/route /'
if [ -r /etc/berth/swarm-firewall ] && iptables -n -L BERTH-SWARM >/dev/null 2>&1; then
  sed 's/^/firewall /' /etc/berth/swarm-firewall
fi
exit 0
