# The words before the cursor that are no flags, without the program's own, nor values of flags before the command.
function __berth_typed
    set -l words (commandline -opc)[2..]
    while string match -q -- '-*' $words[1]
        set -l flag $words[1]
        set -e words[1]
        contains -- $flag {{valued}}; and set -e words[1]
    end
    string match -v -- '-*' $words
end

# The store's folder: what the line says goes before the variable.
function __berth_store
    set -l words (commandline -opc)
    for at in (seq (count $words))
        switch $words[$at]
            case -s --storage-path -storage-path
                echo $words[(math $at + 1)]
                return
            case '--storage-path=*' '-storage-path=*' '-s=*'
                string replace -r '^[^=]*=' '' -- $words[$at]
                return
        end
    end
    test -n "$MACHINE_STORAGE_PATH"; and echo $MACHINE_STORAGE_PATH; or echo $HOME/.docker/machine
end

# Whether exactly these words are typed so far.
function __berth_at
    set -l typed (__berth_typed)
    test "$typed" = "$argv"
end

# Whether the command is this one.
function __berth_in
    set -l typed (__berth_typed)
    set -l last (count $argv)
    test "$typed[1..$last]" = "$argv"
end

# Whether the flags of this driver are wanted: it is chosen, or one of its flags is being typed and none is chosen.
function __berth_driver
    set -l words (commandline -opc)
    for at in (seq (count $words))
        switch $words[$at]
            case -d --driver -driver
                set -l next (math $at + 1)
                test "$words[$next]" = $argv[1]
                return
            case '--driver=*' '-driver=*'
                string match -q -- "*=$argv[1]" $words[$at]
                return
        end
    end
    string match -q -- "--$argv[1]*" (commandline -ct)
end

# Names of that kind: machines, clusters, members (both), images, shells.
function __berth_names
    set -l store (__berth_store)
    set -l cache $HOME/.cache
    test -n "$XDG_CACHE_HOME"; and set cache $XDG_CACHE_HOME
    set -l files
    switch $argv[1]
        case shells
            printf '%s\n' {{shells}}
        case images
            set files $cache/berth/os/*/manifest.json /var/cache/berth/os/*/manifest.json
        case machines members
            set files $store/machines/*/config.json
    end
    for file in $files
        set -l parts (string split / -- $file)
        echo $parts[-2]
    end
    if contains -- $argv[1] clusters members
        for file in $store/swarm/*.json
            set -l name (string replace -r '.*/(.*)\.json$' '$1' -- $file)
            string match -q '*_*' -- $name; or echo $name
        end
    end
end

# Those that do not stand on the line yet.
function __berth_others
    set -l typed (__berth_typed)
    for name in (__berth_names $argv[1])
        contains -- $name $typed; or echo $name
    end
end

function __berth_is_remote
    string match -q '*:*' -- (commandline -ct)
end

# The word at the cursor as the program gets it.
function __berth_current
    string unescape -- (commandline -ct); or commandline -ct
end

# Files on the machine whose paths begin so, by one question over SSH that a host which is off does not hold up for long.
function __berth_files
    set -l path "'"(string replace -a "'" "'\\''" -- $argv[2])"'"
    command {{program}} ssh --ssh-timeout 2 $argv[1] "ls -1dp -- $path*" 2>/dev/null </dev/null
end

# A machine, and behind it files there.
function __berth_remote
    set -l typed (__berth_typed)
    if set -q typed[2]
        __berth_files $typed[2] (__berth_current)
    else
        __berth_names machines
    end
end

# Machines with a colon, and behind a colon the files there.
function __berth_paths
    if __berth_is_remote
        set -l parts (string split -m1 : -- (__berth_current))
        for path in (__berth_files $parts)
            echo "$parts[1]:$path"
        end
    else
        for name in (__berth_names machines)
            echo "$name:"
        end
    end
end

complete -c {{program}} -f
