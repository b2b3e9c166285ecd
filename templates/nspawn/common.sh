machine={{machine}}
folder={{folder}}
machines=${folder%/*}
link={{link}}
bridge={{bridge}}
bridge_mac={{bridgeMac}}
gateway={{gateway}}
prefix={{prefix}}
network={{network}}
group=berth-$machine
# yes where a service manager owns the control groups and this is a unit of it.
unit={{unit}}
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
LC_ALL=C
export PATH LC_ALL

# The control group of this machine in every hierarchy; a unit of systemd has made the only one where there is such a unit.
groups() {
  while read -r _ at type _; do
    case "$type:$at" in
      cgroup:/sys/fs/cgroup/* | cgroup2:/sys/fs/cgroup | cgroup2:/sys/fs/cgroup/unified) printf '%s\n' "$at/$group" ;;
    esac
  done </proc/mounts
}

# Rules carry the bridge's name as their comment, so that exactly they are found again.
rule() {
  iptables -w "$@" -m comment --comment "$bridge"
}

# Holds the lock of all machines on descriptor 9 meanwhile.
make_bridge() {
  if [ ! -e "/sys/class/net/$bridge" ]; then
    # Left alone, a bridge changes its address with its members, and connections through it stall.
    ip link add "$bridge" address "$bridge_mac" type bridge || return
    ip address add "$gateway/$prefix" dev "$bridge" || return
    ip link set "$bridge" up || return
  fi
  echo 1 >/proc/sys/net/ipv4/ip_forward
  rule -t nat -C POSTROUTING -s "$network" ! -o "$bridge" -j MASQUERADE 2>/dev/null ||
    rule -t nat -A POSTROUTING -s "$network" ! -o "$bridge" -j MASQUERADE || return
  # Before the rules of an engine on this computer, which drops what it does not know.
  rule -C FORWARD -i "$bridge" -j ACCEPT 2>/dev/null || rule -I FORWARD -i "$bridge" -j ACCEPT || return
  rule -C FORWARD -o "$bridge" -j ACCEPT 2>/dev/null || rule -I FORWARD -o "$bridge" -j ACCEPT
}

# The last machine takes the bridge along.
drop_bridge() {
  [ -e "/sys/class/net/$bridge" ] || return 0
  [ -z "$(ls "/sys/class/net/$bridge/brif")" ] || return 0
  ip link del "$bridge"
  while rule -t nat -D POSTROUTING -s "$network" ! -o "$bridge" -j MASQUERADE 2>/dev/null; do :; done
  while rule -D FORWARD -i "$bridge" -j ACCEPT 2>/dev/null; do :; done
  while rule -D FORWARD -o "$bridge" -j ACCEPT 2>/dev/null; do :; done
}

drop_network() {
  exec 9>"$machines/.lock"
  flock 9
  ip link del "$link" 2>/dev/null
  drop_bridge
  exec 9>&-
}
