import { describe, expect, it } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shellLines, shellName, type Assignment } from '../../src/shell/environment.js';
import { testFolder } from '../helpers/folder.js';
import { failureOf, told } from '../helpers/failure.js';

const SET = [
  ['DOCKER_TLS_VERIFY', '1'],
  ['DOCKER_HOST', 'tcp://192.0.2.7:2376'],
  ['DOCKER_CERT_PATH', '/home/ada/.docker/machine/machines/web-1'],
  ['DOCKER_MACHINE_NAME', 'web-1'],
] as const;
const COMMAND = ['docker-machine', 'env', 'web-1'];

/** docker-machine 0.16.2's own output for these variables, byte for byte: the blank at the end of a line is its own. */
const AS_DOCKER_MACHINE_SETS: Readonly<Record<string, readonly string[]>> = {
  bash: [
    'export DOCKER_TLS_VERIFY="1"',
    'export DOCKER_HOST="tcp://192.0.2.7:2376"',
    'export DOCKER_CERT_PATH="/home/ada/.docker/machine/machines/web-1"',
    'export DOCKER_MACHINE_NAME="web-1"',
    '# Run this command to configure your shell: ',
    '# eval $(docker-machine env web-1)',
  ],
  fish: [
    'set -gx DOCKER_TLS_VERIFY "1";',
    'set -gx DOCKER_HOST "tcp://192.0.2.7:2376";',
    'set -gx DOCKER_CERT_PATH "/home/ada/.docker/machine/machines/web-1";',
    'set -gx DOCKER_MACHINE_NAME "web-1";',
    '# Run this command to configure your shell: ',
    '# eval (docker-machine env web-1)',
  ],
  powershell: [
    '$Env:DOCKER_TLS_VERIFY = "1"',
    '$Env:DOCKER_HOST = "tcp://192.0.2.7:2376"',
    '$Env:DOCKER_CERT_PATH = "/home/ada/.docker/machine/machines/web-1"',
    '$Env:DOCKER_MACHINE_NAME = "web-1"',
    '# Run this command to configure your shell: ',
    '# & docker-machine env web-1 | Invoke-Expression',
  ],
  cmd: [
    'SET DOCKER_TLS_VERIFY=1',
    'SET DOCKER_HOST=tcp://192.0.2.7:2376',
    'SET DOCKER_CERT_PATH=/home/ada/.docker/machine/machines/web-1',
    'SET DOCKER_MACHINE_NAME=web-1',
    'REM Run this command to configure your shell: ',
    `REM \t@FOR /f "tokens=*" %i IN ('docker-machine env web-1') DO @%i`,
  ],
  tcsh: [
    'setenv DOCKER_TLS_VERIFY "1";',
    'setenv DOCKER_HOST "tcp://192.0.2.7:2376";',
    'setenv DOCKER_CERT_PATH "/home/ada/.docker/machine/machines/web-1";',
    'setenv DOCKER_MACHINE_NAME "web-1";',
    ': Run this command to configure your shell: ',
    ': eval `docker-machine env web-1`',
  ],
  emacs: [
    '(setenv "DOCKER_TLS_VERIFY" "1")',
    '(setenv "DOCKER_HOST" "tcp://192.0.2.7:2376")',
    '(setenv "DOCKER_CERT_PATH" "/home/ada/.docker/machine/machines/web-1")',
    '(setenv "DOCKER_MACHINE_NAME" "web-1")',
    ';; Run this command to configure your shell: ',
    ';; (with-temp-buffer (shell-command "docker-machine env web-1" (current-buffer)) (eval-buffer))',
  ],
};

const AS_DOCKER_MACHINE_UNSETS: Readonly<Record<string, string>> = {
  bash: 'unset DOCKER_HOST',
  fish: 'set -e DOCKER_HOST;',
  powershell: 'Remove-Item Env:\\\\DOCKER_HOST',
  cmd: 'SET DOCKER_HOST=',
  tcsh: 'unsetenv DOCKER_HOST;',
  emacs: '(setenv "DOCKER_HOST" nil)',
};

describe('the lines for a shell', () => {
  it.each(Object.entries(AS_DOCKER_MACHINE_SETS))('are those of docker-machine in %s', (shell, lines) => {
    const text = shellLines(shell, SET, COMMAND);

    expect(text).toBe(`${lines.join('\n')}\n`);
  });

  it.each(Object.entries(AS_DOCKER_MACHINE_UNSETS))('unset as docker-machine does in %s', (shell, line) => {
    const text = shellLines(shell, [['DOCKER_HOST', undefined]], COMMAND);

    expect(text.split('\n')[0]).toBe(line);
  });

  it.each(['zsh', 'sh', 'ksh', 'dash', 'rc'])('are POSIX ones in %s', (shell) => {
    expect(shellLines(shell, SET, COMMAND)).toBe(shellLines('bash', SET, COMMAND));
  });

  it.each([
    ['pwsh', 'powershell'],
    ['pwsh.exe', 'powershell'],
    ['powershell.exe', 'powershell'],
    ['cmd.exe', 'cmd'],
    ['csh', 'tcsh'],
  ])('take %s for %s', (shell, known) => {
    expect(shellLines(shell, SET, COMMAND)).toBe(shellLines(known, SET, COMMAND));
  });

  it('put a program whose path has a blank or a backslash in quotes', () => {
    const lines = shellLines('bash', [], ['C:\\Program Files\\berth.exe', 'env', 'web-1']).split('\n');

    expect(lines[1]).toBe('# eval $("C:\\Program Files\\berth.exe" env web-1)');
  });
});

/** Paths that a user's home or store can have, and that nobody should be able to run code with. */
const HOSTILE = [
  `it's here`,
  'say "hello"',
  'back\\slash',
  'ends with \\',
  '$HOME and ${HOME}',
  '`touch /tmp/owned`',
  '$(touch /tmp/owned)',
  'bang! and !!',
  'a;b|c&d>e',
  'ümlaut 雪',
  '* ? [a] {b,c} ~',
  '%PATH% and # and //',
];

describe('a hostile value', () => {
  it.each(HOSTILE)('reaches a POSIX shell unchanged: %s', (value) => {
    const script = `${shellLines('bash', [['BERTH_VALUE', value]], COMMAND)}printenv BERTH_VALUE`;

    expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(`${value}\n`);
  });

  it.each([
    ['fish', 'set -gx V "a\\"b\\$c\\\\d`e";'],
    ['powershell', '$Env:V = "a`"b`$c\\d``e"'],
    ['cmd', 'SET V=a"b$c\\d`e'],
    ['tcsh', `setenv V "a"'"'"b"'$'"c"'\\'"d"'\`'"e";`],
    ['emacs', '(setenv "V" "a\\"b$c\\\\d`e")'],
  ])('is written for %s by its own rules', (shell, line) => {
    expect(shellLines(shell, [['V', 'a"b$c\\d`e']], COMMAND).split('\n')[0]).toBe(line);
  });

  describe.each([
    ['fish', ['--no-config', '-c']],
    ['tcsh', ['-f', '-c']],
  ] as const)('in a real %s', (shell, flags) => {
    const isHere = spawnSync(shell, ['--version']).status === 0;

    (isHere ? it : it.skip).each(HOSTILE)('arrives unchanged: %s', (value) => {
      const script = `${shellLines(shell, [['BERTH_VALUE', value]], COMMAND)}printenv BERTH_VALUE`;

      expect(execFileSync(shell, [...flags, script], { encoding: 'utf8' })).toBe(`${value}\n`);
    });
  });

  describe.each([
    ['elvish', (text: string) => ['-norc', '-c', `${text}\ne:printenv BERTH_VALUE`]],
    ['xonsh', (text: string) => ['--no-rc', '-c', `${text}\nprint(\${'BERTH_VALUE'})`]],
    ['nu', (text: string) => ['-n', '-c', `r###'${text}'### | from nuon | load-env; print $env.BERTH_VALUE`]],
  ] as const)('in a real %s', (shell, words) => {
    const isHere = spawnSync(shell, ['-c', 'true']).error === undefined;

    (isHere ? it : it.skip).each(HOSTILE)('arrives unchanged: %s', (value) => {
      const text = shellLines(shell, [['BERTH_VALUE', value]], COMMAND);

      expect(execFileSync(shell, words(text), { encoding: 'utf8' })).toBe(`${value}\n`);
    });
  });

  const hasEmacs = spawnSync('emacs', ['--version']).status === 0;
  (hasEmacs ? it : it.skip).each(HOSTILE)('arrives unchanged in a real emacs: %s', (value) => {
    const form = shellLines('emacs', [['BERTH_VALUE', value]], COMMAND);
    const script = `(progn ${form} (princ (getenv "BERTH_VALUE")))`;

    expect(execFileSync('emacs', ['-Q', '--batch', '--eval', script], { encoding: 'utf8' })).toBe(value);
  });
});

/** What words of an `eval $(…)` are parted at, or take for a pattern. */
const FRAGILE = ['two  blanks', 'a\ttabulator', '{one,two}', '[::1]', 'a*b?'];

describe('the command that the lines tell of', () => {
  const SHELLS = {
    ...{ sh: ['-c'], bash: ['-c'], zsh: ['-fc'], ksh: ['-c'], mksh: ['-c'] },
    ...{ fish: ['--no-config', '-c'], tcsh: ['-f', '-c'] },
  };

  describe.each(Object.entries(SHELLS))('in a real %s', (shell, flags) => {
    const isHere = spawnSync(shell, [...flags, 'true']).error === undefined;
    const configured = (assignments: readonly Assignment[]): string => {
      using folder = testFolder();
      const file = join(folder.path, 'lines');
      const text = shellLines(shell, assignments, ['cat', file]);
      writeFileSync(file, text);
      const hint = text.trimEnd().split('\n').at(-1)?.replace(/^\S+ /, '') ?? '';
      const environment = { ...process.env, BERTH_GONE: 'still here' };
      const script = `${hint}; env printenv BERTH_VALUE BERTH_GONE BERTH_LAST; true`;
      return execFileSync(shell, [...flags, script], { encoding: 'utf8', env: environment });
    };

    (isHere ? it : it.skip).each([...HOSTILE, ...FRAGILE])('brings a value about unchanged: %s', (value) => {
      expect(configured([['BERTH_VALUE', value]])).toBe(`${value}\nstill here\n`);
    });

    (isHere ? it : it.skip)('sets what stands behind something that is unset', () => {
      const assignments = [
        ['BERTH_GONE', undefined],
        ['BERTH_VALUE', 'unix:///run/docker.sock'],
        ['BERTH_LAST', 'web-1'],
      ] as const;

      expect(configured(assignments)).toBe('unix:///run/docker.sock\nweb-1\n');
    });
  });
});

describe('the name of the shell', () => {
  it.each([
    { title: 'the flag, whatever else is set', flag: 'fish', variable: '/bin/bash', name: 'fish' },
    { title: 'the last part of $SHELL', variable: '/usr/bin/zsh', name: 'zsh' },
    { title: 'the last part of a Windows path', variable: 'C:\\tools\\bash.exe', name: 'bash.exe' },
    { title: '$SHELL where the flag is empty', flag: '', variable: '/bin/tcsh', name: 'tcsh' },
  ])('is $title', ({ flag, variable, name }) => {
    expect(shellName(flag, variable, 'linux')).toBe(name);
  });

  it('is cmd on Windows without $SHELL', () => {
    expect(shellName(undefined, undefined, 'win32')).toBe('cmd');
  });

  it('has to be told where nothing says it', async () => {
    const failure = await failureOf(() => shellName(undefined, undefined, 'linux'));

    expect(told(failure)).toEqual({
      code: 'BadUsage',
      message: 'cannot tell which shell this is: the variable SHELL is not set',
      exitCode: 2,
    });
    expect(failure.suggestions).toEqual(['Name it with --shell bash, say']);
  });
});
