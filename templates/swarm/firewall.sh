# Lets the members of a cluster, and nobody else, in on the swarm's ports; without members the rules go. Run as root. The
# rules stand before those of ufw and of others in the same tables; firewalld, which has tables of its own, is told as well.
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
members={{members}}
tcp_ports={{tcpPorts}}
udp_ports={{udpPorts}}
facts={{facts}}
chain=BERTH-SWARM
keep=/etc/berth/swarm-firewall.sh
unit=/etc/systemd/system/berth-swarm-firewall.service

has() { command -v "$1" >/dev/null 2>&1; }
family() { case "$1" in *:*) printf 6 ;; *) printf 4 ;; esac; }

# chain_of FAMILY: what is none of the swarm's goes on to the next rule.
chain_of() {
  printf '*filter\n:%s - [0:0]\n-A %s -i lo -j RETURN\n' "$chain" "$chain"
  for member in $members; do
    [ "$(family "$member")" = "$1" ] || continue
    printf -- '-A %s -s %s -p tcp -m multiport --dports %s -j ACCEPT\n' "$chain" "$member" "$tcp_ports"
    printf -- '-A %s -s %s -p udp -m multiport --dports %s -j ACCEPT\n' "$chain" "$member" "$udp_ports"
    # ESP; small systems have no names of protocols.
    printf -- '-A %s -s %s -p 50 -j ACCEPT\n' "$chain" "$member"
  done
  printf -- '-A %s -p tcp -m multiport --dports 2377,7946 -j DROP\n' "$chain"
  printf -- '-A %s -p udp -m multiport --dports %s -j DROP\nCOMMIT\n' "$chain" "$udp_ports"
}

# rules PROGRAM FAMILY: all of the chain is replaced at once, so that nobody gets in, and no member is shut out, meanwhile.
rules() {
  if [ -n "$members" ]; then
    chain_of "$2" | "$1-restore" -w -n || return 1
    [ "$("$1" -w -S INPUT 1)" != "-A INPUT -j $chain" ] || return 0
  fi
  while "$1" -w -D INPUT -j "$chain" 2>/dev/null; do :; done
  if [ -n "$members" ]; then
    "$1" -w -I INPUT -j "$chain"
    return
  fi
  "$1" -w -F "$chain" 2>/dev/null
  "$1" -w -X "$chain" 2>/dev/null
  return 0
}

apply_rules() {
  has iptables || { printf 'there is no iptables on the host\n' >&2; return 1; }
  rules iptables 4 || return 1
  if has ip6tables && [ -e /proc/net/if_inet6 ]; then rules ip6tables 6 || return 1; fi
  if has firewall-cmd && firewall-cmd --state >/dev/null 2>&1; then tell_firewalld; fi
}

tell_firewalld() {
  firewall-cmd --list-rich-rules | grep 'priority="-77"' | while read -r rule; do
    firewall-cmd --remove-rich-rule="$rule" >/dev/null
  done
  for member in $members; do
    for port in $(printf '%s' "$tcp_ports" | tr , ' '); do
      firewall-cmd --add-rich-rule="rule priority=\"-77\" family=\"ipv$(family "$member")\" source address=\"$member\" port port=\"$port\" protocol=\"tcp\" accept" >/dev/null
    done
    for port in $(printf '%s' "$udp_ports" | tr , ' '); do
      firewall-cmd --add-rich-rule="rule priority=\"-77\" family=\"ipv$(family "$member")\" source address=\"$member\" port port=\"$port\" protocol=\"udp\" accept" >/dev/null
    done
    firewall-cmd --add-rich-rule="rule priority=\"-77\" family=\"ipv$(family "$member")\" source address=\"$member\" protocol value=\"esp\" accept" >/dev/null
  done
}

# After a reboot the same again, before the engine starts.
remember() {
  if [ -z "$members" ]; then
    if has systemctl && [ -e "$unit" ]; then systemctl disable berth-swarm-firewall.service >/dev/null 2>&1; fi
    rm -f "$unit" "$keep" /etc/berth/swarm-firewall /etc/local.d/berth-swarm-firewall.start
    return 0
  fi
  mkdir -p /etc/berth
  if [ "$0" != "$keep" ]; then
    cp "$0" "$keep.new" && chmod 0700 "$keep.new" && mv -f "$keep.new" "$keep"
  fi
  printf '%s\n' "$facts" >/etc/berth/swarm-firewall
  if [ -d /run/systemd/system ]; then
    printf '[Unit]\nDescription=Firewall of the swarm\nBefore=docker.service\nAfter=ufw.service firewalld.service\n[Service]\nType=oneshot\nExecStart=/bin/sh %s\n[Install]\nWantedBy=multi-user.target\n' "$keep" >"$unit.new"
    if cmp -s "$unit.new" "$unit"; then rm -f "$unit.new"; else
      mv -f "$unit.new" "$unit"
      systemctl daemon-reload && systemctl enable berth-swarm-firewall.service >/dev/null 2>&1
    fi
  elif [ -d /etc/local.d ]; then
    ln -sf "$keep" /etc/local.d/berth-swarm-firewall.start
  fi
}

apply_rules && remember
