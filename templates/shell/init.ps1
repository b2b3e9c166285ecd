# berth in this shell: "use" switches it between machines without starting a process.

function {{program}} {
    if ($args.Count -eq 0 -or $args[0] -ne 'use') {
        $program = Get-Command -CommandType Application -Name '{{program}}' | Select-Object -First 1
        & $program @args
        return
    }
    if ($args.Count -gt 2) { Write-Error 'use takes one name'; return }
    $wish = if ($args.Count -gt 1) { [string]$args[1] } else { '' }
    switch -Regex -CaseSensitive ($wish) {
        '^$' {
            if ($env:DOCKER_MACHINE_NAME) { $env:DOCKER_MACHINE_NAME } else { Write-Error 'no machine is in use in this shell' }
            return
        }
        '^(-h|--help)$' {
            $program = Get-Command -CommandType Application -Name '{{program}}' | Select-Object -First 1
            & $program use --help
            return
        }
        '^(-u|--unset)$' {
            $global:BerthBefore = $env:DOCKER_MACHINE_NAME
            Clear-BerthMachine
            return
        }
        '^-$' {
            if ($global:BerthBefore) { Switch-BerthMachine $global:BerthBefore } else { Write-Error 'no machine was in use in this shell before' }
            return
        }
        '^-' { Write-Error "unknown option of use: $wish"; return }
        default { Switch-BerthMachine $wish }
    }
}

function Clear-BerthMachine {
    Remove-Item -ErrorAction SilentlyContinue -Path Env:\DOCKER_HOST, Env:\DOCKER_TLS_VERIFY, Env:\DOCKER_CERT_PATH, Env:\DOCKER_MACHINE_NAME
}

function Switch-BerthMachine([string] $Name) {
    if ($Name -match '[/\\]|^\.') { Write-Error "no machine is called `"$Name`""; return }
    $store = if ($env:MACHINE_STORAGE_PATH) { $env:MACHINE_STORAGE_PATH } else { Join-Path $HOME '.docker/machine' }
    $folder = Join-Path (Join-Path $store 'machines') $Name
    $file = Join-Path $folder 'env'
    $was = $env:DOCKER_MACHINE_NAME
    if (Test-Path -PathType Leaf -Path $file) {
        Clear-BerthMachine
        foreach ($line in [System.IO.File]::ReadAllLines($file)) {
            $key, $value = $line -split '=', 2
            if ($key -eq 'DOCKER_CERT_PATH') { $value = $folder }
            if ($key -in 'DOCKER_HOST', 'DOCKER_TLS_VERIFY', 'DOCKER_CERT_PATH', 'DOCKER_MACHINE_NAME') {
                Set-Item -Path "Env:\$key" -Value $value
            }
        }
    } else {
        # A record that docker-machine wrote, or no machine: berth itself says what it is.
        $program = Get-Command -CommandType Application -Name '{{program}}' | Select-Object -First 1
        $lines = & $program env --shell powershell $Name
        if ($LASTEXITCODE -ne 0) { return }
        Clear-BerthMachine
        $lines | Out-String | Invoke-Expression
    }
    if ($was -ne $env:DOCKER_MACHINE_NAME) { $global:BerthBefore = $was }
}
