# berth in this shell: "use" switches it between machines without starting a process.
use path
use str

var berth-before~ = { put '' }
fn {{program}}-use {|@words|
  if (> (count $words) 1) { fail 'use takes one name' }
  var names = [DOCKER_HOST DOCKER_TLS_VERIFY DOCKER_CERT_PATH DOCKER_MACHINE_NAME]
  var was = ''
  if (has-env DOCKER_MACHINE_NAME) { set was = (get-env DOCKER_MACHINE_NAME) }
  var wish = ''
  if (> (count $words) 0) { set wish = $words[0] }
  if (eq $wish '') {
    if (eq $was '') { fail 'no machine is in use in this shell' }
    echo $was
    return
  }
  if (or (eq $wish '-h') (eq $wish '--help')) {
    e:{{program}} use --help
    return
  }
  if (or (eq $wish '-u') (eq $wish '--unset')) {
    set berth-before~ = { put $was }
    each $unset-env~ $names
    return
  }
  var name = $wish
  if (eq $wish '-') { set name = (berth-before) }
  if (eq $name '') { fail 'no machine was in use in this shell before' }
  if (str:has-prefix $name '-') { fail 'unknown option of use: '$name }
  if (or (str:contains $name '/') (str:has-prefix $name '.')) { fail 'no machine is called "'$name'"' }
  var store = ~/.docker/machine
  if (has-env MACHINE_STORAGE_PATH) { set store = (get-env MACHINE_STORAGE_PATH) }
  var folder = $store/machines/$name
  var lines = []
  if (path:is-regular $folder/env) {
    set lines = [(from-lines < $folder/env)]
  } else {
    # A record that docker-machine wrote, or no machine: berth itself says what it is.
    var printed = (e:{{program}} env --shell elvish $name | slurp)
    each $unset-env~ $names
    eval $printed
  }
  if (not-eq $lines []) { each $unset-env~ $names }
  each {|line|
    var key value = (str:split &max=2 '=' $line)
    if (and (eq $key DOCKER_CERT_PATH) (eq $value '.')) { set value = $folder }
    if (has-value $names $key) { set-env $key $value }
  } $lines
  if (not-eq $was $name) { set berth-before~ = { put $was } }
}
edit:add-var {{program}}-use~ ${{program}}-use~
edit:add-var {{program}}~ {|@words|
  if (and (> (count $words) 0) (eq $words[0] use)) {
    {{program}}-use (all $words[1..])
  } else {
    e:{{program}} $@words
  }
}
