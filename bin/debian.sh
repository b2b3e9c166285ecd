# shellcheck shell=sh
# What bin/quickstart and bin/test share: is this a Debian we can use, which packages does it lack, is the checkout built.
# Both source it with $root set to the checkout.
: "${root:?}"

# A login by plain `su` has no sbin on its PATH.
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
export PATH

fail() {
  printf 'Error: %s\n' "$1" >&2
  exit 1
}

has() {
  command -v "$1" >/dev/null 2>&1
}

# Prints a field of /etc/os-release: "debian" for ID, "12" for VERSION_ID.
os_release() {
  if [ -r /etc/os-release ]; then sed -n "s/^$1=\"\{0,1\}\([^\"]*\)\"\{0,1\}\$/\1/p" /etc/os-release; fi
}

# Prints a line for everything that keeps this checkout from being built; nothing when nothing does.
lacks_for_build() {
  if ! has node; then
    echo 'Node 20.19 or newer is missing.'
    node_advice
  elif ! node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'; then
    echo "Node is version $(node -p process.versions.node); 20.19 or newer is needed."
    node_advice
  elif ! has npm; then
    echo 'npm is missing: it comes with Node, and on Debian in the package npm (apt-get install npm).'
  fi
}

node_advice() {
  case "$(os_release ID)-$(os_release VERSION_ID)" in
    debian-1[3-9]) echo '  Install it with: apt-get install nodejs npm' ;;
    debian-*) echo '  The nodejs package of this Debian is too old: unpack an archive from https://nodejs.org/en/download instead.' ;;
    *) echo '  How to install it: https://nodejs.org/en/download' ;;
  esac
}

# Prints a line for everything that keeps real hosts from being made here; nothing when nothing does.
lacks_for_hosts() {
  if [ "$(uname -s)" != Linux ]; then
    echo "This is $(uname -s); machines booted by systemd-nspawn need Linux."
    return
  fi
  case "$(os_release ID)-$(os_release VERSION_ID)" in
    debian-1[2-9] | debian-) ;;
    *) echo "This is $(os_release PRETTY_NAME); the packages of Debian 12 or newer are needed." ;;
  esac
  if [ "$(id -u)" != 0 ]; then
    echo 'You are not root; systemd-nspawn, apt-get and the network of a machine need root.'
  fi
}

# The package busybox has the same program, but linked against libraries that an image of it alone would lack.
static_busybox() {
  has busybox && ! ldd "$(command -v busybox)" >/dev/null 2>&1
}

# Prints the Debian packages that hold what real hosts need and this computer lacks, on one line.
packages_for_hosts() {
  has systemd-nspawn || printf 'systemd-container '
  has mmdebstrap || printf 'mmdebstrap '
  has iptables || printf 'iptables '
  has ip || printf 'iproute2 '
  has mkfs.ext4 || printf 'e2fsprogs '
  has mount || printf 'mount '
  static_busybox || printf 'busybox-static '
  has ssh || printf 'openssh-client '
}

# Installs packages after saying which. Does nothing without any.
install_packages() {
  [ $# -gt 0 ] || return 0
  echo "Installing these Debian packages: $*"
  apt-get -q -q update || fail 'apt-get update failed'
  DEBIAN_FRONTEND=noninteractive apt-get -q -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 install "$@" ||
    fail "apt-get could not install: $*"
}

# npm's packages and the compiled program, each only when older than what it is made from.
build_checkout() {
  if [ ! -e "$root/node_modules/.package-lock.json" ] ||
    [ -n "$(find "$root/package-lock.json" -newer "$root/node_modules/.package-lock.json")" ]; then
    echo 'Installing the npm packages of package-lock.json into node_modules'
    (cd "$root" && npm ci --include=dev --no-audit --no-fund) || fail 'npm ci failed'
  fi
  # The man page comes last.
  if [ ! -e "$root/dist/man/berth.1" ] ||
    [ -n "$(find "$root/src" "$root/drivers" "$root/bin" "$root/package.json" "$root/tsconfig.json" \
      -newer "$root/dist/man/berth.1" -print -quit)" ]; then
    echo 'Building dist/'
    (cd "$root" && npm run --silent build) || fail 'npm run build failed'
  fi
}
