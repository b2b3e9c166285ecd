# berth in this shell: "use" switches it between machines without starting a process.

export def --env --wrapped "{{program}} use" [...words: string] {
    if ($words | length) > 1 { error make --unspanned { msg: "use takes one name" } }
    let wish = ($words.0? | default "")
    let was = ($env.DOCKER_MACHINE_NAME? | default "")
    if $wish == "" {
        if $was == "" { error make --unspanned { msg: "no machine is in use in this shell" } }
        return $was
    }
    if $wish in ["-h" "--help"] { return (^{{program}} use --help) }
    if $wish in ["-u" "--unset"] {
        $env.BERTH_BEFORE = $was
        hide-env --ignore-errors DOCKER_HOST DOCKER_TLS_VERIFY DOCKER_CERT_PATH DOCKER_MACHINE_NAME
        return
    }
    let name = if $wish == "-" { $env.BERTH_BEFORE? | default "" } else { $wish }
    if $name == "" { error make --unspanned { msg: "no machine was in use in this shell before" } }
    if ($name | str starts-with "-") { error make --unspanned { msg: $"unknown option of use: ($name)" } }
    if ($name =~ '/|^\.') { error make --unspanned { msg: $"no machine is called \"($name)\"" } }
    let store = ($env.MACHINE_STORAGE_PATH? | default ("~/.docker/machine" | path expand))
    let folder = ($store | path join "machines" $name)
    let file = ($folder | path join "env")
    let variables = if ($file | path exists) {
        open --raw $file | lines | parse "{key}={value}"
        | update value {|it| if $it.key == "DOCKER_CERT_PATH" { $folder } else { $it.value } }
    } else {
        # A record that docker-machine wrote, or no machine: berth itself says what it is.
        let said = (^{{program}} env --json $name | complete)
        let answer = ($said.stdout | from json)
        if $said.exit_code != 0 { error make --unspanned { msg: $answer.error.message } }
        $answer | transpose key value | where value != null
    }
    hide-env --ignore-errors DOCKER_HOST DOCKER_TLS_VERIFY DOCKER_CERT_PATH DOCKER_MACHINE_NAME
    load-env ($variables | where key in [DOCKER_HOST DOCKER_TLS_VERIFY DOCKER_CERT_PATH DOCKER_MACHINE_NAME] | transpose --header-row --as-record)
    if $was != $name { $env.BERTH_BEFORE = $was }
}
