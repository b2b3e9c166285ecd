login_user={{user}}

# Who logs in may use the engine without sudo from the next login on: as root, which sudo allows already.
admit_user() {
  getent group docker >/dev/null || groupadd --system docker 2>/dev/null || addgroup -S docker
  usermod -aG docker "$login_user" 2>/dev/null || addgroup "$login_user" docker
}
