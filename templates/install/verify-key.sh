# verify_key FILE FINGERPRINT: the file holds exactly one primary key, and it is this one.
verify_key() {
  # gpg learned --show-keys with version 2.2.8; before, it showed what it was given without being told.
  show=--show-keys
  gpg --dump-options | grep -qx -e "$show" || show=--with-fingerprint
  found=$(GNUPGHOME=$work gpg --batch "$show" --with-colons "$1" 2>/dev/null |
    awk -F: '$1 == "pub" { wanted = 1 } $1 == "fpr" && wanted { print $10; wanted = 0 }' | tr '\n' ' ')
  found=${found% }
  if [ "$found" != "$2" ]; then
    printf 'the package key is %s, expected %s\n' "${found:-unreadable}" "$2"
    return 1
  fi
}
