# What every script that looks at a host begins with. Values that may hold anything are sent in hexadecimal.
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL

hex() {
  printf '%s=' "$1"
  od -An -v -tx1 | tr -d ' \n'
  echo
}

