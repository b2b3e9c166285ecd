# shellcheck shell=sh
# The power button, which is how a computer around a virtual machine asks it to stop.
serve() { exec acpid -f -c /etc/acpi; }
start() {
  modprobe -q -a button evdev
  supervise
}
