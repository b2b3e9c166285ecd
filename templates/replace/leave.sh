# The end of a server's system: from here on there is only the one that was loaded. It waits until this connection has its answer.
place={{place}}
sync
# shellcheck disable=SC2016 # for the shell in the background
nohup setsid sh -c 'sleep 1; exec chroot "$1/root" /sbin/kexec -e' sh "$place" </dev/null >/dev/null 2>&1 &
