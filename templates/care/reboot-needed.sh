# Prints yes where an upgrade takes effect only after a reboot.
needed() {
  [ ! -e /run/reboot-required ] && [ ! -e /var/run/reboot-required ] || return 0
  if command -v needs-restarting >/dev/null 2>&1; then
    needs-restarting -r >/dev/null 2>&1
    [ "$?" -ne 1 ] || return 0
  fi
  # The modules of the kernel that runs are gone with its package.
  [ -d /lib/modules ] && [ -n "$(ls /lib/modules)" ] && [ ! -d "/lib/modules/$(uname -r)" ] && ! in_container
}

# It has the kernel of another host.
in_container() {
  [ -e /run/host/container-manager ] || [ -e /.dockerenv ] || [ -n "${container:-}" ] ||
    grep -qs 'container=' /proc/1/environ
}

if needed; then echo yes; else echo no; fi
