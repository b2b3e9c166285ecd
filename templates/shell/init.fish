# berth in this shell: "use" switches it between machines without starting a process.

function {{program}}
    if test "$argv[1]" != use
        command {{program}} $argv
        return
    end
    if set -q argv[3]
        echo 'use takes one name' >&2
        return 2
    end
    set -l wish "$argv[2]"
    switch "$wish"
        case ''
            if not set -q DOCKER_MACHINE_NAME
                echo 'no machine is in use in this shell' >&2
                return 1
            end
            echo $DOCKER_MACHINE_NAME
        case -h --help
            command {{program}} use --help
        case -u --unset
            set -g __berth_before "$DOCKER_MACHINE_NAME"
            set -e DOCKER_HOST DOCKER_TLS_VERIFY DOCKER_CERT_PATH DOCKER_MACHINE_NAME
        case -
            if test -z "$__berth_before"
                echo 'no machine was in use in this shell before' >&2
                return 1
            end
            __berth_switch $__berth_before
        case '-*'
            echo "unknown option of use: $wish" >&2
            return 2
        case '*'
            __berth_switch $wish
    end
end

function __berth_switch
    set -l store $HOME/.docker/machine
    test -n "$MACHINE_STORAGE_PATH"; and set store $MACHINE_STORAGE_PATH
    set -l folder $store/machines/$argv[1]
    if string match -q -r '/|^\.' -- $argv[1]
        echo "no machine is called \"$argv[1]\"" >&2
        return 1
    end
    set -l was "$DOCKER_MACHINE_NAME"
    if test -r $folder/env
        set -e DOCKER_HOST DOCKER_TLS_VERIFY DOCKER_CERT_PATH DOCKER_MACHINE_NAME
        while read -l -d = key value
            switch $key
                case DOCKER_CERT_PATH
                    set -gx DOCKER_CERT_PATH $folder
                case DOCKER_HOST DOCKER_TLS_VERIFY DOCKER_MACHINE_NAME
                    set -gx $key $value
            end
        end <$folder/env
    else
        # A record that docker-machine wrote, or no machine: berth itself says what it is.
        set -l lines (command {{program}} env --shell fish $argv[1]); or return
        set -e DOCKER_HOST DOCKER_TLS_VERIFY DOCKER_CERT_PATH DOCKER_MACHINE_NAME
        for line in $lines
            eval $line
        end
    end
    test "$was" != "$DOCKER_MACHINE_NAME"; and set -g __berth_before $was
    return 0
end

# A piece of the prompt, under docker-machine's name for it. The format has one %s.
function __docker_machine_ps1
    set -q DOCKER_MACHINE_NAME; or return 0
    set -q argv[1]; or set argv ' [%s]'
    printf $argv[1] $DOCKER_MACHINE_NAME
end
