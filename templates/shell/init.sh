# berth in this shell: "use" switches it between machines without starting a process.

{{program}}() {
  if [ "${1-}" != use ]; then
    command {{program}} "$@"
    return
  fi
  shift
  if [ $# -gt 1 ]; then
    echo 'use takes one name' >&2
    return 2
  fi
  case "${1-}" in
    '')
      if [ -z "${DOCKER_MACHINE_NAME-}" ]; then
        echo 'no machine is in use in this shell' >&2
        return 1
      fi
      printf '%s\n' "$DOCKER_MACHINE_NAME"
      ;;
    -h | --help) command {{program}} use --help ;;
    -u | --unset)
      __berth_before=${DOCKER_MACHINE_NAME-}
      unset DOCKER_HOST DOCKER_TLS_VERIFY DOCKER_CERT_PATH DOCKER_MACHINE_NAME
      ;;
    -)
      if [ -z "${__berth_before-}" ]; then
        echo 'no machine was in use in this shell before' >&2
        return 1
      fi
      __berth_switch "$__berth_before"
      ;;
    -*)
      echo "unknown option of use: $1" >&2
      return 2
      ;;
    *) __berth_switch "$1" ;;
  esac
}

__berth_switch() {
  __berth_folder=${MACHINE_STORAGE_PATH:-$HOME/.docker/machine}/machines/$1
  case "$1" in
    */* | .*)
      echo "no machine is called \"$1\"" >&2
      return 1
      ;;
  esac
  if [ -r "$__berth_folder/env" ]; then
    __berth_was=${DOCKER_MACHINE_NAME-}
    unset DOCKER_HOST DOCKER_TLS_VERIFY DOCKER_CERT_PATH DOCKER_MACHINE_NAME
    while IFS='=' read -r __berth_key __berth_value; do
      case "$__berth_key" in
        DOCKER_CERT_PATH) export DOCKER_CERT_PATH="$__berth_folder" ;;
        DOCKER_HOST | DOCKER_TLS_VERIFY | DOCKER_MACHINE_NAME) export "$__berth_key=$__berth_value" ;;
      esac
    done <"$__berth_folder/env"
  else
    # A record that docker-machine wrote, or no machine: berth itself says what it is.
    __berth_lines=$(command {{program}} env --shell bash "$1") || return
    __berth_was=${DOCKER_MACHINE_NAME-}
    unset DOCKER_HOST DOCKER_TLS_VERIFY DOCKER_CERT_PATH DOCKER_MACHINE_NAME
    eval "$__berth_lines"
  fi
  if [ "$__berth_was" != "${DOCKER_MACHINE_NAME-}" ]; then __berth_before=$__berth_was; fi
}

# A piece of the prompt, under docker-machine's name for it: PS1='\w$(__docker_machine_ps1)\$ '. The format has one %s.
__docker_machine_ps1() {
  if [ -z "${DOCKER_MACHINE_NAME-}" ]; then return; fi
  # shellcheck disable=SC2059
  printf "${1- [%s]}" "$DOCKER_MACHINE_NAME"
}
