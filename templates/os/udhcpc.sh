#!/bin/sh
# What udhcpc calls when it gets, keeps or loses an address.
case "$1" in
  bound | renew)
    # shellcheck disable=SC2154 # udhcpc's variables
    ip address replace "$ip/${mask:-24}" dev "$interface"
    for gateway in $router; do
      ip route replace default via "$gateway" dev "$interface" onlink
      break
    done
    for server in $dns; do echo "nameserver $server"; done >/run/resolv.conf
    cmp -s /run/resolv.conf /etc/resolv.conf || cat /run/resolv.conf >/etc/resolv.conf
    ;;
  deconfig) ip link set "$interface" up ;;
esac
