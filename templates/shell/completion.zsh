# Names of that kind, in the array reply.
__berth_names() {
  local store=${chosen:-${MACHINE_STORAGE_PATH:-$HOME/.docker/machine}} cache=${XDG_CACHE_HOME:-$HOME/.cache}
  reply=()
  case $1 in
    shells) reply=({{shells}}) ;;
    images) reply=({"$cache",/var/cache}/berth/os/*/manifest.json(N:h:t)) ;;
    machines | members) reply=("$store"/machines/*/config.json(N:h:t)) ;;
  esac
  # What else lies beside the clusters has an underscore.
  case $1 in
    clusters | members) reply+=("$store"/swarm/*.json(N:t:r)) && reply=("${(@)reply:#*_*}") ;;
  esac
}

# Flags of the command $1; a driver's own only where it is the driver $2, or is being typed.
__berth_flags() {
  local -a shown drivers
  local entry driver owner
  __berth_words drivers
  drivers=("${reply[@]}")
  __berth_words "flags $1"
  for entry in "${reply[@]}"; do
    owner=
    for driver in "${drivers[@]}"; do
      if [[ $entry == --$driver-* ]]; then owner=$driver; fi
    done
    if [[ -z $owner || $owner == "$2" || ( -z $2 && $PREFIX == --$owner* ) ]]; then shown+=("$entry"); fi
  done
  _describe -o flag shown
}

# Files on the machine $1 whose paths begin as PREFIX does, by one question over SSH that a host which is off does not hold up
# for long.
__berth_remote() {
  local file=${(Q)PREFIX}
  local -a found
  found=("${(@f)$(command {{program}} ssh --ssh-timeout 2 "$1" "ls -1dp -- ${(q)file}*" 2>/dev/null </dev/null)}")
  compadd -S '' -- "${(@)found:#}"
}

__berth_complete() {
  local command='' driver='' chosen='' word previous=${words[CURRENT - 1]}
  local -a reply named
  local -i at=2
  while ((at < CURRENT)); do
    word=${words[at]}
    case $word in
      -d | --driver | -driver) driver=${words[at + 1]} ;;
      --driver=* | -driver=* | -d=*) driver=${word#*=} ;;
      -s | --storage-path | -storage-path) chosen=${(Q)words[at + 1]} ;;
      --storage-path=* | -storage-path=* | -s=*) chosen=${(Q)word#*=} ;;
    esac
    if [[ $word != -* ]]; then
      if [[ -z $command ]]; then
        command=$word
      else
        __berth_words "topic $command"
        if ((${#reply[(r)$word(|:*)]} > 0)); then command="$command $word"; else named+=("$word"); fi
      fi
    else
      __berth_words "valued ${command:-ls}"
      if ((reply[(Ie)$word] > 0)); then ((at++)); fi
    fi
    ((at++))
  done
  if [[ -z $command ]]; then
    __berth_words commands
    if [[ $PREFIX == -* ]]; then __berth_flags version ''; else _describe command reply; fi
    return
  fi
  __berth_words "topic $command"
  if ((${#reply} > 0)); then
    _describe command reply
    return
  fi
  if [[ $PREFIX == --*=* ]]; then
    previous=${PREFIX%%=*}
    compset -P '*='
  fi
  __berth_words "valued $command"
  if ((reply[(Ie)$previous] > 0)); then
    __berth_words "values $command $previous"
    if [[ ${reply[1]-} == @* ]]; then __berth_names "${reply[1]#@}"; fi
    if ((${#reply} > 0)); then compadd -- "${reply[@]}"; else _files; fi
    return
  fi
  if [[ $PREFIX == -* ]]; then
    __berth_flags "$command" "$driver"
    return
  fi
  __berth_words "takes $command"
  case ${reply[1]-} in
    remote)
      if ((${#named} > 0)); then
        __berth_remote "${named[1]}"
      else
        __berth_names machines
        compadd -- "${reply[@]}"
      fi
      ;;
    paths)
      if [[ $PREFIX == *:* ]]; then
        word=${PREFIX%%:*}
        compset -P '*:'
        __berth_remote "$word"
      else
        __berth_names machines
        compadd -S ':' -- "${reply[@]}"
        _files
      fi
      ;;
    files) _files ;;
    nothing) ;;
    *)
      __berth_names "${reply[1]}"
      # Not those that stand on the line already.
      compadd -- "${(@)reply:|named}"
      ;;
  esac
}

if (( ! $+functions[compdef] )); then
  autoload -Uz compinit
  compinit -u
fi
compdef __berth_complete {{program}}
