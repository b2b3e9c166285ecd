# Puts the timer in its place; its files lie beside.
set -eu
if [ ! -d /run/systemd/system ]; then
  echo 'no systemd'
  exit 0
fi
mkdir -p /usr/local/lib/berth
put() {
  cp "$1" "$2.berth"
  chmod "$3" "$2.berth"
  mv -f "$2.berth" "$2"
}
put end.sh /usr/local/lib/berth/end.sh 0755
put berth-end.service /etc/systemd/system/berth-end.service 0644
put berth-end.timer /etc/systemd/system/berth-end.timer 0644
systemctl daemon-reload
systemctl enable --now berth-end.timer
