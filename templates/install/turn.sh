# One script of berth at a time: that of a killed berth goes on here until it next has something to say. The lock is free when
# this shell ends; what it starts does not get it.
take_turn() {
  has flock && ( : >>/run/berth.lock ) 2>/dev/null || return 0
  exec 9>>/run/berth.lock
  flock -n 9 && return
  printf '@berth note waiting for another berth that works on this host\n'
  flock 9
}
take_turn
