# What the word that is typed can become.
export def "{{program}} complete" [spans: list<string>] {
    let current = ($spans | last)
    let typed = ($spans | skip 1 | drop 1)
    let words = ($typed | where not ($it | str starts-with "-"))
    let first = ($words.0? | default "")
    let is_topic = ($"topic ($first)" in ($berth_words | columns))
    let command = if $is_topic and ($words | length) > 1 { $"($first) ($words.1)" } else { $first }
    let asked = if $command == "" { "commands" } else if $is_topic and ($words | length) < 2 { $"topic ($first)" } else { $"values ($command) ($typed | last)" }
    let offers = if $asked in ($berth_words | columns) {
        let found = ({{program}} offers $asked)
        let first = ($found | get value | append "" | first)
        if ($first | str starts-with "@") { {{program}} names ($first | str substring 1..) } else { $found }
    } else if ($current | str starts-with "-") {
        let given = ($typed | enumerate | where item in ["-d" "--driver"] | each {|one| $typed | skip ($one.index + 1) | first 1 } | flatten)
        let driver = ($given | append "" | first)
        {{program}} offers $"flags ($command)" | where {|flag|
            let owners = ({{program}} offers drivers | get value | where {|name| $flag.value | str starts-with $"--($name)-" })
            ($owners | is-empty) or $driver in $owners or ($driver == "" and ($current | str starts-with $"--($owners.0)"))
        }
    } else {
        match ({{program}} offers $"takes ($command)" | get value | append "nothing" | first) {
            "paths" => { if ($current | str contains ":") { {{program}} files $current } else { {{program}} names machines | update value {|one| $"($one.value):" } } }
            "remote" => {
                let machine = ($words | skip 1 | append "" | first)
                if $machine == "" { {{program}} names machines } else { {{program}} remote $machine $current | each {|line| { value: $line, description: "" } } }
            }
            $kind => { {{program}} names $kind | where value not-in $words }
        }
    }
    $offers | where {|offer| $offer.value | str starts-with $current }
}

# No words for a command that is none.
def "{{program}} offers" [key: string] {
    if $key in ($berth_words | columns) { $berth_words | get $key } else { [] }
}

# Names of that kind.
def "{{program}} names" [kind: string] {
    let store = ($env.MACHINE_STORAGE_PATH? | default ("~/.docker/machine" | path expand))
    let cache = ($env.XDG_CACHE_HOME? | default ("~/.cache" | path expand))
    let machines = ({{program}} listed ($store | path join "machines") | where type == dir | get name)
    # What else lies beside the clusters has an underscore.
    let clusters = ({{program}} listed ($store | path join "swarm") | get name | where {|name| not ($name | str contains "_") } | path parse | get stem)
    let names = match $kind {
        "machines" => $machines,
        "clusters" => $clusters,
        "members" => ($machines | append $clusters),
        "images" => ([($cache | path join "berth" "os") "/var/cache/berth/os"] | each {|place| {{program}} listed $place | where type == dir | get name } | flatten),
        "shells" => [{{shells}}],
        _ => []
    }
    $names | each {|name| { value: $name, description: "" } }
}

def "{{program}} listed" [folder: string] {
    if ($folder | path exists) { ls -s $folder | append [] } else { [[name type]; [x x]] | skip 1 }
}

# Files on the machine of NAME:PATH.
def "{{program}} files" [typed: string] {
    let parts = ($typed | split row -n 2 ":")
    {{program}} remote $parts.0 $parts.1 | each {|line| { value: $"($parts.0):($line)", description: "" } }
}

# Files on the machine whose paths begin so, by one question over SSH that a host which is off does not hold up for long.
def "{{program}} remote" [machine: string, path: string] {
    let quoted = ($path | str replace --all "'" "'\\''")
    ^{{program}} ssh --ssh-timeout 2 $machine $"ls -1dp -- '($quoted)'*" | complete | get stdout | lines
}
