install_engine() {
  has iptables || { printf 'an engine needs iptables, and the host has none\n'; return 1; }
  tar -x -z -f "$work/bundle.tgz" -C "$work"
  [ -x "$work/docker/dockerd" ] || { printf 'the bundle holds no docker/dockerd\n'; return 1; }
  for program in "$work"/docker/*; do
    cp "$program" "/usr/local/bin/.berth-new"
    chmod 0755 /usr/local/bin/.berth-new
    mv -f /usr/local/bin/.berth-new "/usr/local/bin/${program##*/}"
  done
  grep -q '^docker:' /etc/group || groupadd --system docker 2>/dev/null || addgroup -S docker
  for unit in containerd.service docker.service docker.socket; do put "$unit" "/etc/systemd/system/$unit" 0644; done
  systemctl daemon-reload
  systemctl enable containerd.service docker.socket docker.service
  systemctl restart containerd.service
}
