# shellcheck shell=sh
# /etc/berth/firewall names what this machine answers on, one port a line (2376/tcp); an empty file closes all but SSH, and
# without the file everything is open. Ports that containers publish are the engine's to open: they do not pass here.
start() {
  [ -f /etc/berth/firewall ] || return 0
  for family in iptables ip6tables; do rules | "$family-restore" -w --noflush; done
  : >/run/firewall.done
}
rules() {
  printf '*filter\n:BERTH-INPUT - [0:0]\n-F BERTH-INPUT\n'
  printf -- '-A BERTH-INPUT -i lo -j RETURN\n-A BERTH-INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j RETURN\n'
  printf -- '-A BERTH-INPUT -p tcp --dport 22 -j RETURN\n-A BERTH-INPUT -p icmp -j RETURN\n-A BERTH-INPUT -p ipv6-icmp -j RETURN\n'
  sed -n 's,^ *\([0-9:]*\)/\(tcp\|udp\) *$,-A BERTH-INPUT -p \2 --dport \1 -j RETURN,p' /etc/berth/firewall
  printf -- '-A BERTH-INPUT -i docker0 -j RETURN\n-A BERTH-INPUT -i docker_gwbridge -j RETURN\n'
  printf -- '-A BERTH-INPUT -i br-+ -j RETURN\n-A BERTH-INPUT -j DROP\n'
  [ -e /run/firewall.done ] || printf -- '-A INPUT -j BERTH-INPUT\n'
  printf 'COMMIT\n'
}
stop() {
  for family in iptables ip6tables; do
    "$family" -w -D INPUT -j BERTH-INPUT 2>/dev/null && "$family" -w -F BERTH-INPUT && "$family" -w -X BERTH-INPUT
  done
  rm -f /run/firewall.done
}
status() { [ -e /run/firewall.done ]; }
