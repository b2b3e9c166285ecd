install_engine() {
  wait_for_cloud_init
  download {{url}} "$work/install.sh"
  [ -s "$work/install.sh" ] || { printf 'the script at %s is empty\n' {{url}}; return 1; }
  VERSION={{version}} sh "$work/install.sh"
  has dockerd || { printf 'the script at %s ended well and installed no dockerd\n' {{url}}; return 1; }
}
