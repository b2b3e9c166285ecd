# Builds the small Debian that all machines share, unless somebody has. Interrupted builds leave nothing behind.
set -eu
root={{root}}
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
LC_ALL=C
export PATH LC_ALL

mkdir -p "${root%/*}"
exec 9>"$root.lock"
flock 9
[ ! -d "$root" ] || exit 0
rm -rf "$root".build.*
building=$root.build.$$
trap 'rm -rf "$building" "$building.conf"' EXIT
trap 'exit 130' INT TERM HUP
# How this computer reaches its mirrors, proxies included.
apt-config dump Acquire | grep -E '^Acquire::(https?|ftp|Check-|Force|Retries|AllowInsecure|AllowWeak)' >"$building.conf" || true

sources={{sources}}
# shellcheck disable=SC2086 # a list of files
mmdebstrap --quiet --mode=root --variant=apt --include={{packages}} --aptopt="$building.conf" \
  {{suite}} "$building" $sources </dev/null

cd "$building"
# What a machine without hardware has no use for, and what would change it behind its owner's back.
masked={{masked}}
for unit in $masked; do
  ln -sf /dev/null "etc/systemd/system/$unit"
done
# Every machine has its own.
rm -f etc/ssh/ssh_host_* etc/machine-id var/lib/dbus/machine-id
: >etc/machine-id
printf '%s' {{unit}} >etc/systemd/system/berth-cgroups.service
mkdir -p etc/systemd/system/sysinit.target.wants
ln -sf ../berth-cgroups.service etc/systemd/system/sysinit.target.wants/
cd /
mv "$building" "$root"
