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
    elseif ($BerthWords.ContainsKey("values $command $($typed[-1])")) { $BerthWords["values $command $($typed[-1])"] }
    elseif ($current -like '-*') {
        $BerthWords["flags $command"] | Where-Object {
            $flag = $_[0]
            $owner = $BerthWords['drivers'] | ForEach-Object { $_[0] } | Where-Object { $flag -like "--$_-*" } | Select-Object -First 1
            -not $owner -or $owner -eq $driver -or ($driver -eq '' -and $current -like "--$owner*")
        }
    }
    else {
        $takes = @($BerthWords["takes $command"])[0]
        $store = if ($env:MACHINE_STORAGE_PATH) { $env:MACHINE_STORAGE_PATH } else { Join-Path $HOME '.docker/machine' }
        $names = @(Get-ChildItem -ErrorAction SilentlyContinue -Directory -Path (Join-Path $store 'machines') | ForEach-Object { $_.Name })
        switch ($takes[0]) {
            'machines' { $names | ForEach-Object { , @($_, $_) } }
            'paths' { $names | ForEach-Object { , @("${_}:", $_) } }
            'shells' { 'sh', 'bash', 'zsh', 'ksh', 'fish', 'tcsh', 'powershell', 'nu', 'elvish', 'xonsh' | ForEach-Object { , @($_, $_) } }
        }
    }
    $offers | Where-Object { $_ -and $_[0] -like "$current*" } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_[0], $_[0], 'ParameterValue', $_[1])
    }
}
