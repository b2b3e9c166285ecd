# The words before the cursor that are no flags, without the program's own.
function __berth_typed
    set -l words (commandline -opc)
    string match -v -- '-*' $words[2..]
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
    set -l store $HOME/.docker/machine
    test -n "$MACHINE_STORAGE_PATH"; and set store $MACHINE_STORAGE_PATH
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

function __berth_is_remote
    string match -q '*:*' -- (commandline -ct)
end

# Machines with a colon, and behind a colon the files there, by one question over SSH.
function __berth_paths
    set -l current (commandline -ct)
    if __berth_is_remote
        set -l parts (string split -m1 : -- $current)
        for path in (command {{program}} ssh $parts[1] "ls -1dp -- "(string escape --style=script -- $parts[2])"*" 2>/dev/null </dev/null)
            echo "$parts[1]:$path"
        end
    else
        for name in (__berth_names machines)
            echo "$name:"
        end
    end
end

complete -c {{program}} -f
