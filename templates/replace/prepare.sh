# Makes the place in the server's memory where its next system gathers, and says how much of that is there already. Run as root.
set -eu
place={{place}}
mebibytes={{mebibytes}}
bytes={{bytes}}
archive=$place/system.cpio

if ! grep -q " $place " /proc/mounts; then
  mkdir -p -m 0700 "$place"
  mount -t tmpfs -o "size=${mebibytes}m,mode=0700,nosuid,nodev" berth-install "$place"
fi
touch "$archive"
[ "$(wc -c <"$archive")" -le "$bytes" ] || : >"$archive"
echo "there=$(($(wc -c <"$archive")))"
