# Names of that kind, in the array __berth_found.
__berth_names() {
  local file store=${chosen:-${MACHINE_STORAGE_PATH:-$HOME/.docker/machine}} cache=${XDG_CACHE_HOME:-$HOME/.cache}
  local -a files=()
  __berth_found=()
  case $1 in
    shells) __berth_found=({{shells}}) ;;
    images) files=("$cache"/berth/os/*/manifest.json /var/cache/berth/os/*/manifest.json) ;;
    machines) files=("$store"/machines/*/config.json) ;;
    clusters) files=("$store"/swarm/*.json) ;;
    members) files=("$store"/machines/*/config.json "$store"/swarm/*.json) ;;
  esac
  # bash 3.2 calls an empty array unset.
  for file in ${files[@]+"${files[@]}"}; do
    if [[ ! -f $file ]]; then continue; fi
    case $file in
      # Their secrets lie beside them.
      */swarm/*_*.json) continue ;;
      */swarm/*) file=${file%.json} ;;
      *) file=${file%/*} ;;
    esac
    __berth_found+=("${file##*/}")
  done
}

# Those of the words behind $1 that begin with $1 go to COMPREPLY, but for names that stand on the line already.
__berth_offer() {
  local begin=$1 word
  shift
  for word in "$@"; do
    if [[ $word == "$begin"* && $named != *" $word "* ]]; then COMPREPLY+=("$word"); fi
  done
}

# Flags of the command $1 that begin with $2; a driver's own only where it is the driver $3, or is being typed.
__berth_flags() {
  local word driver owner REPLY
  local -a flags drivers
  __berth_words "flags $1"
  IFS=' ' read -r -a flags <<<"$REPLY"
  __berth_words drivers
  IFS=' ' read -r -a drivers <<<"$REPLY"
  for word in "${flags[@]}"; do
    if [[ $word != "$2"* ]]; then continue; fi
    owner=
    for driver in "${drivers[@]}"; do
      if [[ $word == "--$driver-"* ]]; then owner=$driver; fi
    done
    if [[ -z $owner || $owner == "$3" || ( -z $3 && $2 == "--$owner"* ) ]]; then COMPREPLY+=("$word"); fi
  done
}

# Files on the machine $1 whose paths begin with $2, by one question over SSH that a host which is off does not hold up for long.
# $3 stands before each.
__berth_remote() {
  local line path
  printf -v path %q "$2"
  while IFS= read -r line; do
    if [[ $line != "$2"* ]]; then continue; fi
    printf -v line %q "$line"
    COMPREPLY+=("$3$line")
  done < <(command {{program}} ssh --ssh-timeout 2 "$1" "ls -1dp -- $path*" 2>/dev/null </dev/null)
  compopt -o nospace 2>/dev/null
}

__berth_complete() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local line=${COMP_LINE:0:COMP_POINT} command='' driver='' chosen='' named=' ' word valued REPLY
  local -a words typed
  COMPREPLY=()
  # Parted at blanks alone, and not at those behind a backslash: bash parts words at ":" and "=" as well.
  IFS=' ' read -a typed <<<"$line"
  if [[ $line == *' ' ]]; then typed+=(''); fi
  local last=${typed[${#typed[@]} - 1]} at=1
  while ((at < ${#typed[@]} - 1)); do
    word=${typed[at]}
    case $word in
      -d | --driver | -driver) driver=${typed[at + 1]} ;;
      --driver=* | -driver=* | -d=*) driver=${word#*=} ;;
      -s | --storage-path | -storage-path) chosen=${typed[at + 1]} ;;
      --storage-path=* | -storage-path=* | -s=*) chosen=${word#*=} ;;
    esac
    if [[ $word != -* ]]; then
      if [[ -z $command ]]; then
        command=$word
      else
        __berth_words "topic $command"
        if [[ -n $REPLY && " $REPLY " == *" $word "* ]]; then command="$command $word"; else named+="$word "; fi
      fi
    else
      __berth_words "valued ${command:-ls}"
      if [[ " $REPLY " == *" $word "* ]]; then ((at++)); fi
    fi
    ((at++))
  done
  if [[ -z $command ]]; then
    if [[ $last == -* ]]; then __berth_flags version "$last" ''; return; fi
    __berth_words commands
    IFS=' ' read -r -a words <<<"$REPLY"
    __berth_offer "$last" "${words[@]}"
    return
  fi
  __berth_words "topic $command"
  if [[ -n $REPLY ]]; then
    IFS=' ' read -r -a words <<<"$REPLY"
    __berth_offer "$last" "${words[@]}"
    return
  fi
  if [[ $previous == '=' ]]; then previous=${COMP_WORDS[COMP_CWORD - 2]}; fi
  if [[ $current == '=' ]]; then previous=${COMP_WORDS[COMP_CWORD - 1]} current=''; fi
  __berth_words "valued $command"
  valued=" $REPLY "
  if [[ $valued == *" $previous "* ]]; then
    named=' '
    __berth_words "values $command $previous"
    IFS=' ' read -r -a words <<<"$REPLY"
    if [[ $REPLY == @* ]]; then
      __berth_names "${REPLY#@}"
      words=(${__berth_found[@]+"${__berth_found[@]}"})
    fi
    if ((${#words[@]} > 0)); then __berth_offer "$current" "${words[@]}"; else compopt -o default 2>/dev/null; fi
    return
  fi
  if [[ $last == -* ]]; then __berth_flags "$command" "$last" "$driver"; return; fi
  __berth_words "takes $command"
  case $REPLY in
    remote)
      IFS=' ' read -r -a words <<<"$named"
      if ((${#words[@]} > 0)); then __berth_remote "${words[0]}" "$last" ''; return; fi
      __berth_names machines
      __berth_offer "$last" ${__berth_found[@]+"${__berth_found[@]}"}
      ;;
    paths)
      # What stands before a colon is not repeated, where bash parts words there.
      if [[ $last == *:* ]]; then
        if [[ $COMP_WORDBREAKS == *:* ]]; then word=''; else word=${last%%:*}:; fi
        __berth_remote "${last%%:*}" "${last#*:}" "$word"
        return
      fi
      __berth_names machines
      __berth_offer "$last" ${__berth_found[@]+"${__berth_found[@]/%/:}"}
      compopt -o default -o nospace 2>/dev/null
      ;;
    files) compopt -o default 2>/dev/null ;;
    nothing) ;;
    *)
      __berth_names "$REPLY"
      __berth_offer "$last" ${__berth_found[@]+"${__berth_found[@]}"}
      ;;
  esac
}

complete -F __berth_complete {{program}}
