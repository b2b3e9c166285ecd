# Names of that kind as pairs of word and meaning.
function Get-BerthNames([string] $kind) {
    $store = if ($env:MACHINE_STORAGE_PATH) { $env:MACHINE_STORAGE_PATH } else { Join-Path $HOME '.docker/machine' }
    $cache = if ($env:XDG_CACHE_HOME) { $env:XDG_CACHE_HOME } else { Join-Path $HOME '.cache' }
    $patterns = switch ($kind) {
        'images' { "$cache/berth/os/*/manifest.json", '/var/cache/berth/os/*/manifest.json' }
        { $_ -in 'machines', 'members' } { "$store/machines/*/config.json" }
        { $_ -in 'clusters', 'members' } { "$store/swarm/*.json" }
    }
    $names = @(foreach ($file in @($patterns | Where-Object { $_ } | Get-Item -ErrorAction SilentlyContinue)) {
        if ($file.Directory.Name -ne 'swarm') { $file.Directory.Name }
        elseif ($file.Name -notlike '*_*') { $file.BaseName }
    })
    if ($kind -eq 'shells') { $names = '{{shells}}' -split ' ' }
    $names | ForEach-Object { , @($_, $_) }
}

# Files on the machine of NAME:PATH, by one question over SSH.
function Get-BerthFiles([string] $typed) {
    $machine, $path = $typed -split ':', 2
    $quoted = "'" + $path.Replace("'", "'\''") + "'"
    & (Get-Command -CommandType Application '{{program}}')[0] ssh --ssh-timeout 2 $machine "ls -1dp -- $quoted*" 2>$null |
        ForEach-Object { , @("${machine}:$_", $_) }
}

Register-ArgumentCompleter -Native -CommandName '{{program}}' -ScriptBlock {
    param($current, $tree, $position)
    $typed = @($tree.CommandElements | Where-Object { $_.Extent.EndOffset -lt $position } | ForEach-Object { $_.ToString() })
    $command = ''
    $driver = ''
    for ($at = 1; $at -lt $typed.Count; $at++) {
        $word = $typed[$at]
        if ($word -in '-d', '--driver' -and $at + 1 -lt $typed.Count) { $driver = $typed[$at + 1] }
        if ($word -match '^--?driver=(.*)$') { $driver = $Matches[1] }
        if ($word -like '-*') { continue }
        if ($command -eq '') { $command = $word }
        elseif ($BerthWords.ContainsKey("topic $command")) { $command = "$command $word" }
    }
    $offers =
    if ($command -eq '') { $BerthWords['commands'] }
    elseif ($BerthWords.ContainsKey("topic $command")) { $BerthWords["topic $command"] }
    elseif ($BerthWords.ContainsKey("values $command $($typed[-1])")) {
        $values = $BerthWords["values $command $($typed[-1])"]
        if ($values[0][0] -like '@*') { Get-BerthNames $values[0][0].Substring(1) } else { $values }
    }
    elseif ($current -like '-*') {
        $BerthWords["flags $command"] | Where-Object {
            $flag = $_[0]
            $owner = $BerthWords['drivers'] | ForEach-Object { $_[0] } | Where-Object { $flag -like "--$_-*" } | Select-Object -First 1
            -not $owner -or $owner -eq $driver -or ($driver -eq '' -and $current -like "--$owner*")
        }
    }
    else {
        $takes = @($BerthWords["takes $command"])[0][0]
        if ($takes -eq 'remote') { Get-BerthNames 'machines' }
        elseif ($takes -ne 'paths') { Get-BerthNames $takes | Where-Object { $_[0] -notin $typed } }
        elseif ($current -like '*:*') { Get-BerthFiles $current }
        else { Get-BerthNames 'machines' | ForEach-Object { , @("$($_[0]):", $_[0]) } }
    }
    $offers | Where-Object { $_ -and $_[0] -like "$current*" } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_[0], $_[0], 'ParameterValue', $_[1])
    }
}
