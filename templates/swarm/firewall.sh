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

# rules PROGRAM FAMILY: from the first rule of INPUT to our chain; what is none of ours goes on.
rules() {
  while "$1" -w -D INPUT -j "$chain" 2>/dev/null; do :; done
  "$1" -w -F "$chain" 2>/dev/null
  "$1" -w -X "$chain" 2>/dev/null
  [ -n "$members" ] || return 0
  "$1" -w -N "$chain" || return 1
  "$1" -w -A "$chain" -i lo -j RETURN || return 1
  for member in $members; do
    [ "$(family "$member")" = "$2" ] || continue
    "$1" -w -A "$chain" -s "$member" -p tcp -m multiport --dports "$tcp_ports" -j ACCEPT || return 1
    "$1" -w -A "$chain" -s "$member" -p udp -m multiport --dports "$udp_ports" -j ACCEPT || return 1
    "$1" -w -A "$chain" -s "$member" -p esp -j ACCEPT 2>/dev/null || "$1" -w -A "$chain" -s "$member" -p 50 -j ACCEPT
  done
  "$1" -w -A "$chain" -p tcp -m multiport --dports "2377,7946" -j DROP || return 1
  "$1" -w -A "$chain" -p udp -m multiport --dports "$udp_ports" -j DROP || return 1
  "$1" -w -I INPUT -j "$chain"
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
