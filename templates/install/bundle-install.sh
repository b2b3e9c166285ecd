install_engine() {
  has iptables || { printf 'an engine needs iptables, and the host has none\n'; return 1; }
  trap 'rm -rf "$programs/.berth-new"' EXIT
  unpack_bundle "$programs/.berth-new"
  for program in "$programs"/.berth-new/docker/*; do mv -f "$program" "$programs/${program##*/}"; done
  mark_bundle
  grep -q '^docker:' /etc/group || groupadd --system docker 2>/dev/null || addgroup -S docker
  for unit in containerd.service docker.service docker.socket; do put "$unit" "/etc/systemd/system/$unit" 0644; done
  systemctl daemon-reload
  systemctl enable containerd.service docker.socket docker.service
  systemctl restart containerd.service
}
