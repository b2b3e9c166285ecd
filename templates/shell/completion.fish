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

function __berth_machines
    set -l store $HOME/.docker/machine
    test -n "$MACHINE_STORAGE_PATH"; and set store $MACHINE_STORAGE_PATH
    for file in $store/machines/*/config.json
        string split -r -m2 / -- $file | string match -v config.json | tail -n 1
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
        for name in (__berth_machines)
            echo "$name:"
        end
    end
end

complete -c {{program}} -f
