# Sends datagrams and connects, all at the same time. Prints "ADDRESS PORT" where nobody answers a connection, and "mute" where
# there is nothing to send with.
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
# Words are ADDRESS/PORT.
datagrams={{datagrams}}
connections={{connections}}
has() { command -v "$1" >/dev/null 2>&1; }

# Twice, since one may be lost; each is a flow of its own. Small systems have busybox, whose tftp sends one to any port.
send() {
  for _ in 1 2; do
    if has bash; then bash -c "printf berth >/dev/udp/$1/$2"; else timeout 1 tftp -g -r berth -l /dev/null "$1" "$2"; fi
    sleep 0.1
  done
}
# Some builds of busybox have a nc that only connects, and then runs a program.
answers() {
  if has bash; then timeout 3 bash -c "exec 3<>/dev/tcp/$1/$2"
  elif nc --help 2>&1 | grep -q -- '-z'; then nc -z -w 3 "$1" "$2"
  else nc -w 3 "$1" "$2" -e true
  fi
}

has bash || has tftp || { datagrams=''; echo mute; }
has bash || has nc || connections=''
for target in $datagrams; do send "${target%/*}" "${target#*/}" >/dev/null 2>&1 & done
for target in $connections; do
  {
    answers "${target%/*}" "${target#*/}" || answers "${target%/*}" "${target#*/}" || printf '%s %s\n' "${target%/*}" "${target#*/}"
  } 2>/dev/null &
done
wait
