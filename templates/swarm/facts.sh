# Prints what planning a cluster needs of this host; the words before the first blank say what a line is.
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
encrypted={{encrypted}}

# Why the kernel has not what Docker encrypts overlay networks with (moby's daemon/libnetwork/drivers/overlay/encryption.go);
# nothing where it has, or where nobody can tell.
esp_flaw() {
  if ip -V 2>/dev/null | grep -q iproute2 && unshare -n true 2>/dev/null; then
    # In a network of its own, which goes with it.
    unshare -n ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 1 mode transport \
      aead 'rfc4106(gcm(aes))' "0x$(printf '%040d' 0)" 64 2>&1 | tail -n 1
    return
  fi
  modules=/lib/modules/$(uname -r)
  [ -r "$modules/modules.dep" ] || return 0
  for module in esp4 gcm; do
    cat "$modules/modules.dep" "$modules/modules.builtin" 2>/dev/null | grep -q "/$module\.ko" || printf 'no module %s\n' "$module"
  done
}

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
if [ "$encrypted" = yes ]; then esp_flaw | sed 's/^/esp /'; fi
if [ -r /etc/berth/swarm-firewall ] && iptables -n -L BERTH-SWARM >/dev/null 2>&1; then
  sed 's/^/firewall /' /etc/berth/swarm-firewall
fi
exit 0
