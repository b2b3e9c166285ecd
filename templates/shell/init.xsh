# berth in this shell: "use" switches it between machines without starting a process.
import os as _berth_os
import subprocess as _berth_subprocess
import json as _berth_json
import re as _berth_re

_BERTH_NAMES = ('DOCKER_HOST', 'DOCKER_TLS_VERIFY', 'DOCKER_CERT_PATH', 'DOCKER_MACHINE_NAME')
_berth_state = {'before': ''}


def _berth_clear():
    for key in _BERTH_NAMES:
        __xonsh__.env.pop(key, None)


def _berth_variables(name):
    # xonsh makes lists of variables that end with PATH; programs get them as text.
    store = __xonsh__.env.detype().get('MACHINE_STORAGE_PATH') or _berth_os.path.expanduser('~/.docker/machine')
    folder = _berth_os.path.join(store, 'machines', name)
    try:
        with open(_berth_os.path.join(folder, 'env'), encoding='utf-8') as file:
            found = dict(line.rstrip('\n').split('=', 1) for line in file if '=' in line)
        if 'DOCKER_CERT_PATH' in found:
            found['DOCKER_CERT_PATH'] = folder
        return found
    except OSError:
        # A record that docker-machine wrote, or no machine: berth itself says what it is.
        done = _berth_subprocess.run(
            ['{{program}}', 'env', '--json', name],
            stdout=_berth_subprocess.PIPE,
            env=__xonsh__.env.detype(),
            check=False,
        )
        answer = _berth_json.loads(done.stdout)
        if done.returncode == 0:
            return answer
        raise LookupError(answer['error']['message'])


def _berth_use(args, stdin=None, stdout=None, stderr=None):
    if len(args) > 1:
        print('use takes one name', file=stderr)
        return 2
    was = __xonsh__.env.get('DOCKER_MACHINE_NAME', '')
    wish = args[0] if args else ''
    if wish == '':
        if not was:
            print('no machine is in use in this shell', file=stderr)
            return 1
        print(was, file=stdout)
        return 0
    if wish in ('-u', '--unset'):
        _berth_state['before'] = was
        _berth_clear()
        return 0
    name = _berth_state['before'] if wish == '-' else wish
    if not name:
        print('no machine was in use in this shell before', file=stderr)
        return 1
    if name.startswith('-'):
        print(f'unknown option of use: {name}', file=stderr)
        return 2
    if '/' in name or name.startswith('.'):
        print(f'no machine is called "{name}"', file=stderr)
        return 1
    try:
        variables = _berth_variables(name)
    except (LookupError, ValueError) as error:
        print(error, file=stderr)
        return 1
    _berth_clear()
    for key in _BERTH_NAMES:
        if variables.get(key) is not None:
            __xonsh__.env[key] = variables[key]
    if was != name:
        _berth_state['before'] = was
    return 0


aliases['{{program}}-use'] = _berth_use


# "{{program}}" stays the program: functions of xonsh have no terminal to hand on.
@events.on_transform_command
def _berth_word(cmd, **_):
    return _berth_re.sub(r'^(\s*{{program}}) use(?=\s|$)', r'\1-use', cmd)
