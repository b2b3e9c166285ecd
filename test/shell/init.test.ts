import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { initLines, shellInit } from '../../src/shell/init.js';
import { told, failureOf } from '../helpers/failure.js';
import { testFolder } from '../helpers/folder.js';

/** Two machines as berth keeps them beside their records. */
function store(path: string): string {
  for (const [name, host] of [
    ['web-1', 'tcp://192.0.2.1:2376'],
    ['web-2', 'tcp://192.0.2.2:2376'],
  ] as const) {
    mkdirSync(join(path, 'machines', name), { recursive: true });
    const lines = ['DOCKER_TLS_VERIFY=1', `DOCKER_HOST=${host}`, 'DOCKER_CERT_PATH=.', `DOCKER_MACHINE_NAME=${name}`];
    writeFileSync(join(path, 'machines', name, 'env'), `${lines.join('\n')}\n`);
  }
  const adopted = join(path, 'machines', 'adopted');
  mkdirSync(adopted);
  writeFileSync(join(adopted, 'env'), 'DOCKER_HOST=ssh://ada@192.0.2.3\nDOCKER_MACHINE_NAME=adopted\n');
  mkdirSync(join(path, 'machines', 'old'));
  return path;
}

interface Shell {
  readonly name: string;
  readonly words: readonly string[];
  /** Reads the script of the variable INIT and goes on with the lines. */
  readonly script: (lines: readonly string[]) => string;
  /** How `use` is called. */
  readonly use: string;
  /** The store's folder, where the shell itself trips over the usual one: xonsh fills in variables in all that ends with PATH. */
  readonly store?: string;
}

const POSIX = ['bash', 'zsh', 'dash', 'mksh', 'ksh'].map((name) => ({
  name,
  words: [name, '-c'],
  script: (lines: readonly string[]) => `eval "$INIT"\n${lines.join('\n')}`,
  use: 'berth use',
}));
const SHELLS: readonly Shell[] = [
  ...POSIX,
  {
    name: 'fish',
    words: ['fish', '--no-config', '-c'],
    script: (lines) => `printf '%s\\n' $INIT | source\n${lines.join('\n')}`,
    use: 'berth use',
  },
  {
    name: 'xonsh',
    words: ['xonsh', '--no-rc', '-c'],
    script: (lines) => `execx($INIT)\n${lines.join('\n')}`,
    use: 'berth-use',
    store: `it's a "quoted" store`,
  },
  {
    name: 'elvish',
    words: ['elvish', '-norc', '-c'],
    // It has the module of the editor, which makes the function the user's, at a terminal alone.
    script: (lines) =>
      `var berth~ = { }
      var edit: = (ns [&add-var~={|name function| if (eq $name berth~) { set berth~ = $function } }])
      eval $E:INIT
      ${lines.join('\n')}`,
    use: 'berth use',
  },
  {
    name: 'nu',
    words: ['nu', '--no-config-file', '-c'],
    // It reads no text but a file's, and prints the last value alone.
    script: (lines) =>
      `source init\n${lines.map((line) => (line === 'berth use' ? 'print (berth use)' : line)).join('\n')}`,
    use: 'berth use',
  },
];
const installed = (shell: Shell): boolean => spawnSync(shell.name, ['-c', 'true']).error === undefined;
const [here, absent] = [SHELLS.filter(installed), SHELLS.filter((shell) => !installed(shell))];

/** What berth says of the machine "missing" where it is asked for JSON. */
const NONE_CALLED = JSON.stringify({ error: { code: 'MachineNotFound', message: 'no machine is called "missing"' } });

/** Everything that the lines print; a "berth" on PATH leaves a mark, so that a process is seen. */
function run(shell: Shell, lines: readonly string[]): string {
  using folder = testFolder();
  const programs = join(folder.path, 'bin');
  mkdirSync(programs);
  const answer = `case "$*" in
    *missing) case "$*" in *--json*) echo '${NONE_CALLED}' ;; *) echo 'no machine is called "missing"' >&2 ;; esac; exit 2 ;;
    *--json*) echo "{\\"DOCKER_HOST\\": \\"$*\\"}" ;;
    *elvish*) echo "set-env DOCKER_HOST '$*'" ;;
    *) echo "berth was run: $*" ;;
  esac`;
  writeFileSync(join(programs, 'berth'), `#!/bin/sh\n${answer}\n`, { mode: 0o755 });
  const [program = '', ...words] = shell.words;
  const environment = {
    PATH: `${programs}:${process.env['PATH'] ?? ''}`,
    HOME: folder.path,
    LANG: 'C.UTF-8',
    MACHINE_STORAGE_PATH: store(join(folder.path, shell.store ?? `it's $HOME "quoted" store`)),
    INIT: shellInit(shell.name, 'berth'),
  };
  writeFileSync(join(folder.path, 'init'), environment.INIT);
  const { stdout, stderr } = spawnSync(program, [...words, shell.script(lines)], {
    cwd: folder.path,
    env: environment,
    encoding: 'utf8',
  });
  return `${stdout}${stderr}`.replaceAll(environment.MACHINE_STORAGE_PATH, 'STORE').trimEnd();
}

const SHOW = "sh -c 'env | grep ^DOCKER_ | sort'";

describe.each(here)('use in $name', (shell) => {
  it('points the client at a machine without running berth', () => {
    expect(run(shell, [`${shell.use} web-1`, SHOW])).toBe(
      [
        'DOCKER_CERT_PATH=STORE/machines/web-1',
        'DOCKER_HOST=tcp://192.0.2.1:2376',
        'DOCKER_MACHINE_NAME=web-1',
        'DOCKER_TLS_VERIFY=1',
      ].join('\n'),
    );
  });

  it('leaves no certificate variables behind for a machine that is reached over SSH', () => {
    expect(run(shell, [`${shell.use} web-1`, `${shell.use} adopted`, SHOW])).toBe(
      'DOCKER_HOST=ssh://ada@192.0.2.3\nDOCKER_MACHINE_NAME=adopted',
    );
  });

  it('goes back and forth between two machines', () => {
    const back = `${shell.use} -`;
    const name = shell.use;

    expect(run(shell, [`${shell.use} web-1`, `${shell.use} web-2`, back, name, back, name])).toBe('web-1\nweb-2');
  });

  it('takes the variables back, and remembers the machine', () => {
    expect(run(shell, [`${shell.use} web-1`, `${shell.use} -u`, SHOW, `${shell.use} -`, shell.use])).toBe('web-1');
  });

  it('says that there is no such machine, and stays where it was', () => {
    expect(run(shell, [`${shell.use} missing`])).toMatch(/no machine is called "missing"/);
  });

  it('refuses a second name, and stays where it was', () => {
    const printed = run(shell, [`${shell.use} web-1 web-2`, SHOW]);

    expect(printed).toContain('use takes one name');
    expect(printed).not.toContain('DOCKER_HOST');
  });

  it.each(['../web-1', '.hidden'])('refuses the name %s', (name) => {
    expect(run(shell, [`${shell.use} ${name}`, SHOW])).toContain(`no machine is called "${name}"`);
  });
});

describe.each(here.filter(({ use }) => use === 'berth use'))('berth in $name', (shell) => {
  it('is the program itself for every other command', () => {
    expect(run(shell, ['berth ls -q'])).toBe('berth was run: ls -q');
  });
});

/** Those that docker-machine had a script for, and fish. */
const like = [...POSIX.map(({ name }) => name), 'fish'];

/** What a shell prints after it has asked the program. */
const asked: Readonly<Record<string, string>> = {
  ...Object.fromEntries(POSIX.map(({ name }) => [name, 'was run: env --shell bash old'])),
  fish: 'was run: env --shell fish old',
  elvish: 'DOCKER_HOST=env --shell elvish old',
  nu: 'DOCKER_HOST=env --json old',
};

describe.each(here.filter(({ name }) => name in asked))('use in $name', (shell) => {
  it('asks the program about a machine without a file for shells', () => {
    expect(run(shell, [`${shell.use} old`, SHOW])).toContain(asked[shell.name]);
  });
});

describe.each(here.filter(({ name }) => like.includes(name)))('the prompt piece in $name', (shell) => {
  it('names the machine in use, in the format given', () => {
    expect(run(shell, ['berth use web-1', '__docker_machine_ps1', "__docker_machine_ps1 '(%s)'"])).toBe(
      ' [web-1](web-1)',
    );
  });

  it('is empty without a machine', () => {
    expect(run(shell, ['__docker_machine_ps1'])).toBe('');
  });
});

if (absent.length > 0) it.skip(`shells that are not installed: ${absent.map(({ name }) => name).join(', ')}`, () => {});

const hasTcsh = spawnSync('tcsh', ['--version']).error === undefined;
(hasTcsh ? it : it.skip).each(['source init', 'eval `cat init`'])('use in tcsh is there after %s', (line) => {
  using folder = testFolder();
  const program =
    '#!/bin/sh\n[ "$*" = "env --shell tcsh web-1" ] && echo \'setenv DOCKER_HOST "tcp://192.0.2.1:2376";\'\n';
  writeFileSync(join(folder.path, 'berth'), program, { mode: 0o755 });
  writeFileSync(join(folder.path, 'init'), shellInit('tcsh', 'berth'));

  const { stdout, stderr } = spawnSync('tcsh', ['-f'], {
    input: `${line}\nberth-use web-1\n${SHOW}\n`,
    cwd: folder.path,
    env: { PATH: `${folder.path}:${process.env['PATH'] ?? ''}` },
    encoding: 'utf8',
  });

  expect({ stdout, stderr }).toEqual({ stdout: 'DOCKER_HOST=tcp://192.0.2.1:2376\n', stderr: '' });
});

describe('the lines that bring use about', () => {
  it.each([
    { shell: 'zsh', lines: ['eval "$(berth shell-init zsh)"', 'berth use web-1'] },
    { shell: 'fish', lines: ['berth shell-init fish | source', 'berth use web-1'] },
    { shell: 'tcsh', lines: ['eval `berth shell-init tcsh`', 'berth-use web-1'] },
    { shell: 'nushell', lines: ['berth shell-init nu | save -f berth.nu', 'use berth.nu *', 'berth use web-1'] },
    { shell: 'elvish', lines: ['eval (berth shell-init elvish | slurp)', 'berth use web-1'] },
    { shell: 'xonsh', lines: ['execx($(berth shell-init xonsh))', 'berth use web-1'] },
    { shell: 'rc', lines: ['eval "$(berth shell-init bash)"', 'berth use web-1'] },
  ])('are those of $shell', ({ shell, lines }) => {
    expect(initLines(shell, 'berth', 'web-1')).toEqual(lines);
  });
});

describe('shell-init', () => {
  it('defines the function under the name that berth is called by', () => {
    expect(shellInit('bash', 'docker-machine')).toContain('docker-machine() {');
  });

  it('refuses a shell that it has no script for', async () => {
    const failure = await failureOf(() => shellInit('rc', 'berth'));

    expect(told(failure)).toEqual({ code: 'BadUsage', message: 'there is no shell-init for "rc"', exitCode: 2 });
    expect(failure.suggestions).toEqual([
      'Choose one of sh, bash, zsh, ksh, mksh, dash, fish, csh, tcsh, powershell, pwsh, nu, nushell, elvish, xonsh',
    ]);
  });
});
