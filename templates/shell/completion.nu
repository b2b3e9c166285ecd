# For $env.config.completions.external.completer: {|spans| if $spans.0 == "{{program}}" { {{program}} complete $spans } }
export def "{{program}} complete" [spans: list<string>] {
    let current = ($spans | last)
    let typed = ($spans | skip 1 | drop 1)
    let words = ($typed | where not ($it | str starts-with "-"))
    let first = ($words | get -o 0 | default "")
    let is_topic = ($"topic ($first)" in ($berth_words | columns))
    let command = if $is_topic and ($words | length) > 1 { $"($first) ($words.1)" } else { $first }
    let asked = if $command == "" { "commands" } else if $is_topic and ($words | length) < 2 { $"topic ($first)" } else { $"values ($command) ($typed | last)" }
    let offers = if ($asked in ($berth_words | columns)) {
        $berth_words | get $asked
    } else if ($current | str starts-with "-") {
        let at = ($typed | enumerate | where item in ["-d" "--driver"] | get -o 0.index)
        let driver = if $at == null { "" } else { $typed | get -o ($at + 1) | default "" }
        $berth_words | get -o $"flags ($command)" | default [] | where {|flag|
            let owner = ($berth_words.drivers | get value | where {|name| $flag.value | str starts-with $"--($name)-" } | get -o 0)
            $owner == null or $owner == $driver or ($driver == "" and ($current | str starts-with $"--($owner)"))
        }
    } else {
        let takes = ($berth_words | get -o $"takes ($command)" | default [] | get -o 0.value | default "nothing")
        let store = ($env | get -o MACHINE_STORAGE_PATH | default ($nu.home-path | path join ".docker" "machine"))
        let names = (ls -s ($store | path join "machines") | where type == dir | get name)
        match $takes {
            "machines" => ($names | each {|name| { value: $name, description: "" } }),
            "paths" => ($names | each {|name| { value: $"($name):", description: "" } }),
            "shells" => ([sh bash zsh ksh fish tcsh powershell nu elvish xonsh] | each {|name| { value: $name, description: "" } }),
            _ => []
        }
    }
    $offers | where ($it.value | str starts-with $current)
}
