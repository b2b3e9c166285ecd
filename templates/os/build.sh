# Builds an image of the minimal OS from Debian packages, as any user, for any architecture. The same packages and the same recipe
# give the same bytes: names sorted, owners and times fixed, nothing of this computer in it.
set -eu
step={{step}}
work={{work}}
arch={{arch}}
sources={{sources}}
packages={{packages}}
dropped={{dropped}}
loader={{loader}}
LC_ALL=C
TZ=UTC
PATH="$PATH:/usr/sbin:/sbin"
export LC_ALL TZ PATH
umask 022
recipe=$work/recipe
root=$work/root
out=$work/out

# Lists and packages of their own, from this computer's archives and by its proxies and keys.
archive() {
  tool=$1
  shift
  "$tool" -q -o Dir::State="$work/apt/state" -o Dir::State::status="$work/apt/status" -o Dir::Cache="$work/apt/cache" \
    -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$work/apt/sources" -o Dir::Etc::preferencesparts=/dev/null \
    -o APT::Architecture="$arch" -o APT::Architectures="$arch" -o APT::Sandbox::User= -o APT::Install-Recommends=0 \
    -o Acquire::Languages=none -o Debug::NoLocking=1 "$@"
}

fetch_packages() {
  mkdir -p "$work/apt/state/lists/partial" "$work/apt/cache/archives/partial" "$work/apt/sources" "$work/debs" \
    "$work/loader-debs"
  : >"$work/apt/status"
  for file in $sources; do cp "$file" "$work/apt/sources/"; done
  archive apt-get update
  # shellcheck disable=SC2086 # a list of names
  archive apt-get install --yes --print-uris $packages | sed -n "s/^'.* \([^ _]*\)_[^ ]* [0-9]* .*/\1/p" | sort -u >"$work/resolved"
  for name in $dropped; do echo "$name"; done | sort -u >"$work/dropped"
  comm -23 "$work/resolved" "$work/dropped" >"$work/wanted"
  # shellcheck disable=SC2046 # a list of names
  (cd "$work/debs" && archive apt-get download $(cat "$work/wanted"))
  # shellcheck disable=SC2086 # a list of names
  (cd "$work/loader-debs" && archive apt-get download $loader)
  for deb in "$work"/debs/*.deb "$work"/loader-debs/*.deb; do
    dpkg-deb --show --showformat='${Package} ${Version}\n' "$deb"
  done | sort >"$out/packages"
}

unpack() {
  mkdir -p "$root"
  for deb in "$work"/debs/*.deb; do dpkg-deb --extract "$deb" "$root"; done
  # The newest file of any package: as good a time as any, and the same in every build of them.
  find "$root" -type f -printf '%T@\n' | sort -n | tail -n 1 | cut -d . -f 1 >"$out/epoch"
  for folder in bin sbin lib lib64; do
    [ -d "$root/$folder" ] || continue
    mkdir -p "$root/usr/$folder"
    cp -a "$root/$folder/." "$root/usr/$folder/"
    rm -rf "${root:?}/$folder"
    ln -s "usr/$folder" "$root/$folder"
  done
}

# What is there for people, for building, for systemd, for other languages, and programs that no container needs.
prune() {
  (
    cd "$root"
    rm -rf usr/share/doc usr/share/man usr/share/info usr/share/locale usr/share/lintian usr/share/bash-completion usr/share/zsh \
      usr/share/fish usr/share/perl* usr/share/bug usr/share/doc-base usr/share/initramfs-tools usr/share/docker.io usr/share/gcc \
      usr/lib/*/gconv usr/lib/*/perl* usr/lib/systemd usr/lib/tmpfiles.d usr/lib/sysusers.d usr/lib/dracut etc/default \
      etc/logrotate.d etc/cron* etc/init.d etc/rc*.d etc/network etc/dhcp etc/kernel etc/ssh etc/sudoers etc/sudoers.d etc/ufw \
      var usr/include boot/config* boot/System.map* etc/systemd etc/init etc/apparmor* usr/lib/udev etc/udev usr/share/polkit-1 \
      usr/share/metainfo usr/share/applications usr/share/apport usr/share/openssh usr/lib/initramfs-tools etc/containerd etc/pam.d etc/acpi
    for program in ctr containerd-stress containerd-shim containerd-shim-runc-v1 dnet ovrouter localedef iconv sotruss memusage \
      pldd zdump ssh ssh-agent ssh-add ssh-argv0 ssh-copy-id scp sftp ssh-keyscan cvtsudoers sudoreplay e4crypt e4defrag filefrag \
      e2freefrag mklost+found iptables-legacy-save fdisk cfdisk; do
      rm -f usr/bin/$program usr/sbin/$program
    done
    rm -f usr/lib/openssh/ssh-keysign usr/lib/openssh/ssh-pkcs11-helper usr/lib/openssh/ssh-sk-helper
    cd "usr/lib/modules/$release/kernel"
    rm -rf sound drivers/comedi drivers/hid drivers/infiniband drivers/target drivers/media drivers/gpu drivers/usb drivers/video \
      drivers/iio drivers/mtd drivers/thermal drivers/nvdimm net/rds net/tipc net/smc net/openvswitch net/ceph net/can net/bluetooth \
      net/wireless net/mac80211 net/sunrpc/xprtrdma fs/ceph fs/nfsd fs/xfs fs/btrfs fs/ocfs2 fs/gfs2 fs/jfs fs/reiserfs fs/f2fs fs/ntfs3 \
      fs/ubifs fs/jffs2 fs/dlm fs/afs fs/coda fs/orangefs fs/sysv fs/udf fs/smb/server arch/*/kvm drivers/block/drbd drivers/md/bcache \
      drivers/md/raid* drivers/md/dm-raid.ko drivers/soundwire drivers/vfio drivers/uio drivers/scsi/mpi3mr net/dccp net/mpls
    # Of the character sets of names of files, those that FAT has on every computer.
    find fs/nls -name '*.ko' ! -name 'nls_cp437.ko' ! -name 'nls_iso8859-1.ko' ! -name 'nls_ascii.ko' ! -name 'nls_utf8.ko' -delete
    # What nothing here links to of packages that something is in.
    cd "$root/usr/lib"
    rm -f ./*/libmvec.so* ./*/libxenlight* ./*/libxenguest* ./*/libxenstat* ./*/libxenvchan* ./*/libxenstore* ./*/libxenhypfs*
    rm -rf xen-*
  )
}

links_of_busybox() {
  "$root/usr/bin/busybox" --list-full 2>/dev/null || busybox --list-full
}

furnish() {
  for link in $(links_of_busybox); do
    link=${link#usr/}
    case "$link" in */*) ;; *) link=bin/$link ;; esac
    [ -e "$root/usr/bin/${link##*/}" ] || [ -e "$root/usr/sbin/${link##*/}" ] || ln -s /usr/bin/busybox "$root/usr/$link"
  done
  cp -a "$recipe/root/." "$root/"
  for folder in dev proc sys run tmp mnt media/data home/docker root var opt usr/local/bin usr/local/sbin etc/runlevels/default \
    etc/local.d etc/conf.d etc/docker; do
    mkdir -p "$root/$folder"
  done
  mkdir -p "$root/etc/ssl/certs"
  find "$root/usr/share/ca-certificates" -name '*.crt' | sort | xargs cat >"$root/etc/ssl/certs/ca-certificates.crt"
  rm -rf "$root/usr/share/ca-certificates"
  for program in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
    ln -sf xtables-nft-multi "$root/usr/sbin/$program"
  done
  ln -sf /usr/bin/busybox "$root/usr/sbin/init"
  ln -sf ../proc/self/mounts "$root/etc/mtab"
  depmod -b "$root" -F /dev/null "$release" 2>/dev/null || depmod -b "$root" "$release"
}

# with_needs MODULE…: paths below lib/modules/RELEASE/kernel, each behind those that it needs.
with_needs() {
  for module in "$@"; do
    line=$(grep "/$module\.ko[^:]*:" "$root/usr/lib/modules/$release/modules.dep") || continue
    # modules.dep names them nearest first.
    # shellcheck disable=SC2086 # a list of paths
    printf '%s\n' ${line#*:} | sed '1!G;h;$!d'
    echo "${line%%:*}"
  done | awk '!seen[$0]++ && NF'
}

# module_list NAME MODULE…: into the initramfs, flat, with the order they load in.
module_list() {
  list=$1
  shift
  with_needs "$@" | while read -r path; do
    cp "$root/usr/lib/modules/$release/$path" "$work/initramfs/lib/modules/"
    echo "${path##*/}"
  done >"$work/initramfs/lib/modules/$list"
}

build_initramfs() {
  mkdir -p "$work/initramfs/bin" "$work/initramfs/dev" "$work/initramfs/proc" "$work/initramfs/sys" "$work/initramfs/lib/modules"
  cp "$root/usr/bin/busybox" "$work/initramfs/bin/"
  for link in $(links_of_busybox); do
    [ -e "$work/initramfs/bin/${link##*/}" ] || ln -s busybox "$work/initramfs/bin/${link##*/}"
  done
  cp "$recipe/initramfs.sh" "$work/initramfs/init"
  chmod 0755 "$work/initramfs/init"
  module_list first virtio_ring virtio_pci virtio_mmio virtio_blk squashfs overlay loop
  module_list more virtio_scsi sd_mod nvme ahci ata_piix mptspi vmw_pvscsi xen-blkfront hv_storvsc
  module_list system vfat nls_cp437 nls_ascii
  settle "$work/initramfs"
  (cd "$work/initramfs" && find . | sort | cpio --quiet --reproducible --renumber-inodes -R 0:0 -o -H newc) |
    lz4 -l -9 -q - >"$out/initramfs"
}

# One time for everything, and no more than people may read.
settle() {
  find "$1" -exec touch -h -d "@$epoch" {} +
}

build_root() {
  settle "$root"
  # Owners are root's; sudo keeps its bit.
  mksquashfs "$root" "$out/root.squashfs" -quiet -no-progress -noappend -all-root -no-xattrs -no-exports \
    -mkfs-time "$epoch" -all-time "$epoch" -comp zstd -Xcompression-level 19 -b 128K
}

# Debian's signed shim and GRUB find their configuration in EFI/debian. GRUB for BIOS lies where nothing has to be found: the first
# sector of the disk names the sector where core.img begins, and that one the next (as grub-bios-setup writes them).
build_loader() {
  mkdir -p "$work/loader" "$work/disk/EFI/BOOT" "$work/disk/EFI/debian"
  for deb in "$work"/loader-debs/*.deb; do dpkg-deb --extract "$deb" "$work/loader"; done
  cp "$recipe/grub.cfg" "$work/disk/EFI/debian/grub.cfg"
  case "$arch" in amd64) cpu=x64 ;; arm64) cpu=aa64 ;; esac
  cp "$work/loader/usr/lib/shim/shim$cpu.efi.signed" "$work/disk/EFI/BOOT/BOOT$(echo "$cpu" | tr a-z A-Z).EFI"
  cp "$work"/loader/usr/lib/grub/*-efi-signed/"grub$cpu.efi.signed" "$work/disk/EFI/BOOT/grub$cpu.efi"
  [ "$arch" != amd64 ] || build_bios_loader "$work/loader/usr/lib/grub/i386-pc"
  settle "$work/disk"
  (cd "$work/disk" && find . -type f | sed 's,^\./,,' | sort | tar -c --owner=0 --group=0 --numeric-owner --mode=0644 \
    --format=ustar --no-recursion --files-from=-) | gzip -n -9 >"$out/loader.tar.gz"
}

build_bios_loader() {
  cp "$1/boot.img" "$work/disk/boot.img"
  grub-mkimage --directory="$1" --format=i386-pc --prefix='(,gpt2)/EFI/debian' --output="$work/disk/core.img" \
    biosdisk part_gpt fat normal linux echo sleep reboot
  poke "$work/disk/boot.img" 92 '\000\010\000\000\000\000\000\000'
  # Not every BIOS tells the number of the disk that it boots.
  poke "$work/disk/boot.img" 102 '\220\220'
  poke "$work/disk/core.img" 500 '\001\010\000\000\000\000\000\000'
}

# poke FILE OFFSET BYTES
poke() {
  # shellcheck disable=SC2059 # bytes in octal
  printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

make() {
  unpack
  epoch=$(cat "$out/epoch")
  set -- "$root"/boot/vmlinu*
  release=${1##*/vmlinu?-}
  printf '%s\n' "$release" >"$out/release"
  cp "$1" "$out/kernel"
  rm -f "$1"
  prune
  furnish
  build_initramfs
  build_root
  build_loader
}

mkdir -p "$out"
case "$step" in
  fetch) fetch_packages ;;
  make) make ;;
esac
