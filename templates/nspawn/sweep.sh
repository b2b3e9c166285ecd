# Ends whatever is left of a machine whose supervisor has not come to it. What is gone already is no error.
if [ "$unit" = yes ]; then
  systemctl kill --signal=KILL "$group.service" 2>/dev/null
  systemctl stop "$group.service" 2>/dev/null
  systemctl reset-failed "$group.service" 2>/dev/null
fi
for at in $(groups); do
  [ -d "$at" ] || continue
  # A frozen process dies when it is thawed.
  if [ -e "$at/freezer.state" ]; then echo THAWED >"$at/freezer.state"; fi
  if [ -e "$at/cgroup.freeze" ]; then echo 0 >"$at/cgroup.freeze"; fi
  tries=0
  while members=$(find "$at" -name cgroup.procs -exec cat {} + 2>/dev/null) && [ -n "$members" ] && [ "$tries" -lt 100 ]; do
    # shellcheck disable=SC2086 # a list of process numbers
    kill -KILL $members 2>/dev/null
    sleep 0.05
    tries=$((tries + 1))
  done
  find "$at" -depth -type d -exec rmdir {} + 2>/dev/null
done
drop_network
