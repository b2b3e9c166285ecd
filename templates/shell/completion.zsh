# Names of that kind, in the array reply.
__berth_names() {
  local store=${MACHINE_STORAGE_PATH:-$HOME/.docker/machine} cache=${XDG_CACHE_HOME:-$HOME/.cache}
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

# Files on the machine of NAME:PATH, by one question over SSH.
__berth_remote() {
  local machine=${PREFIX%%:*} file=${PREFIX#*:}
  local -a found
  found=("${(@f)$(command {{program}} ssh "$machine" "ls -1dp -- ${(q)file}*" 2>/dev/null </dev/null)}")
  compset -P '*:'
  compadd -S '' -- "${found[@]}"
}

__berth_complete() {
  local command='' driver='' word previous=${words[CURRENT - 1]}
  local -a reply
  local -i at=2
  while ((at < CURRENT)); do
    word=${words[at]}
    case $word in
      -d | --driver | -driver) driver=${words[at + 1]} ;;
      --driver=* | -driver=* | -d=*) driver=${word#*=} ;;
    esac
    if [[ $word != -* ]]; then
      if [[ -z $command ]]; then
        command=$word
      else
        __berth_words "topic $command"
        if ((${#reply[(r)$word(|:*)]} > 0)); then command="$command $word"; fi
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
    paths)
      if [[ $PREFIX == *:* ]]; then
        __berth_remote
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
      compadd -- "${reply[@]}"
      ;;
  esac
}

if (( ! $+functions[compdef] )); then
  autoload -Uz compinit
  compinit -u
fi
compdef __berth_complete {{program}}
