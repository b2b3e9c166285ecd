# Counts what these addresses send to these UDP ports and the host lets in: in the INPUT chain of nat, which comes behind the
# filters of iptables, ufw, firewalld and nftables, and sees the first datagram of each flow. Prints "deaf" where that fails.
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
senders={{senders}}
ports={{ports}}
chain=BERTH-PROBE

# rules PATTERN: of those senders whose address is like it.
rules() {
  printf '*nat\n:%s - [0:0]\n' "$chain"
  for sender in $senders; do
    # shellcheck disable=SC2254 # a pattern
    case "$sender" in
      $1) for port in $ports; do printf -- '-A %s -s %s -p udp --dport %s -m conntrack --ctstate NEW\n' "$chain" "$sender" "$port"; done ;;
    esac
  done
  printf 'COMMIT\n'
}

# listen PROGRAM PATTERN
listen() {
  case " $senders" in *$2*) ;; *) return 0 ;; esac
  rules "*$2*" | "$1-restore" -w -n || return 1
  "$1" -w -t nat -C INPUT -j "$chain" 2>/dev/null || "$1" -w -t nat -I INPUT -j "$chain"
}

{ listen iptables . && listen ip6tables :; } 2>/dev/null || echo deaf
