set_hostname() {
  name={{name}}
  if has hostnamectl && hostnamectl set-hostname "$name" 2>/dev/null; then :
  else
    printf '%s\n' "$name" >/etc/hostname
    hostname "$name"
  fi
  if ! awk -v name="$name" '{ for (i = 2; i <= NF; i++) if ($i == name) found = 1 } END { exit !found }' /etc/hosts; then
    if grep -q '^127\.0\.1\.1' /etc/hosts; then
      awk -v name="$name" '/^127\.0\.1\.1/ { $0 = "127.0.1.1 " name } { print }' /etc/hosts >"$work/hosts"
      cat "$work/hosts" >/etc/hosts
    else
      printf '127.0.1.1 %s\n' "$name" >>/etc/hosts
    fi
  fi
  # cloud-init would set its own name again at the next boot.
  if [ -d /etc/cloud/cloud.cfg.d ]; then
    printf 'preserve_hostname: true\n' >/etc/cloud/cloud.cfg.d/99-berth.cfg
  fi
}
