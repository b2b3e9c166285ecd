# A copy of the raft store, of which the three newest are kept; nobody but root reads it.
set -e
umask 077
folder=/var/lib/docker/swarm-backups
mkdir -p "$folder"
tar -C /var/lib/docker -czf "$folder/.new" swarm 2>/dev/null || [ "$?" -eq 1 ]
mv "$folder/.new" "$folder/swarm-{{time}}.tar.gz"
ls -1 "$folder"/swarm-*.tar.gz | sort -r | tail -n +4 | while read -r old; do rm -f "$old"; done
