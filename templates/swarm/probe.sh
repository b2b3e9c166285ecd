# Prints each address whose port does not answer.
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
has() { command -v "$1" >/dev/null 2>&1; }
answers() {
  if has bash; then timeout 3 bash -c "exec 3<>/dev/tcp/$1/{{port}}" 2>/dev/null
  elif has nc; then nc -z -w 3 "$1" {{port}} 2>/dev/null
  else return 0
  fi
}
addresses={{addresses}}
for address in $addresses; do
  answers "$address" || answers "$address" || printf '%s\n' "$address"
done
