import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shellCompletion } from '../../src/shell/completion/completion.js';
import type { CompletionModel } from '../../src/shell/completion/model.js';
import { failureOf, told } from '../helpers/failure.js';
import { testFolder } from '../helpers/folder.js';

const progress = { spellings: ['--progress'], summary: "how it's shown", takesValue: true, values: ['plain', 'tty'] };
const debug = { spellings: ['--debug', '-D'], summary: 'tell more: "all"', takesValue: false, values: [] };
const MODEL: CompletionModel = {
  program: 'berth',
  drivers: ['acme', 'other'],
  commands: [
    {
      name: 'create',
      summary: "Make machines: the host's engine",
      takes: 'nothing',
      flags: [
        debug,
        { spellings: ['--driver', '-d'], summary: 'driver', takesValue: true, values: ['local', 'acme', 'other'] },
        { spellings: ['--acme-image'], summary: 'image', takesValue: true, values: [], names: 'images' },
        { spellings: ['--acme-size'], summary: 'size', takesValue: true, values: [] },
        { spellings: ['--other-size'], summary: 'size', takesValue: true, values: [] },
      ],
    },
    { name: 'inspect', summary: 'Show a record', takes: 'machines', flags: [debug, progress] },
    {
      name: 'ls',
      summary: 'List machines',
      takes: 'nothing',
      flags: [{ spellings: ['--storage-path', '-s'], summary: 'store', takesValue: true, values: [] }],
    },
    { name: 'scp', summary: 'Copy', takes: 'paths', flags: [debug] },
    { name: 'shell-init', summary: 'Print a script', takes: 'shells', flags: [debug] },
    { name: 'ssh', summary: 'Log in', takes: 'remote', flags: [debug] },
    { name: 'swarm create', summary: 'Make a cluster', takes: 'nothing', flags: [debug] },
    { name: 'swarm join', summary: 'Add machines', takes: 'members', flags: [debug] },
    { name: 'swarm rm', summary: 'Remove a cluster', takes: 'clusters', flags: [debug] },
    { name: 'version', summary: 'Print the version', takes: 'nothing', flags: [debug] },
  ],
};

interface Shell {
  readonly name: string;
  /** The words that start it, and what it reads so that it prints the candidates for the line, one each. */
  readonly command: (line: string) => readonly [program: string, ...words: string[]];
}

const SHELLS: readonly Shell[] = [
  {
    name: 'bash',
    command: (line) => {
      // As readline parts words: at blanks, and at colons and equals signs as words of their own.
      const words = line.split(/\s+|(?<=[:=])|(?=[:=])/);
      const list = words.map((word) => JSON.stringify(word)).join(' ');
      const setup = `COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; COMP_LINE=${JSON.stringify(line)}; COMP_POINT=${line.length}`;
      return ['bash', '-c', `eval "$SCRIPT"; ${setup}; __berth_complete; printf '%s\\n' "\${COMPREPLY[@]}"`];
    },
  },
  {
    name: 'fish',
    command: (line) => [
      'fish',
      '--no-config',
      '-c',
      `printf '%s\\n' $SCRIPT | source; complete -C ${JSON.stringify(line)} | string replace -r '\\t.*' ''`,
    ],
  },
  {
    name: 'zsh',
    // In a shell of its own at a pseudo-terminal: the widgets of completion work nowhere else.
    command: (line) => [
      'zsh',
      '-f',
      '-c',
      `zmodload zsh/zpty
      zpty shell zsh -f -i
      zpty -w shell 'PS1=; unsetopt zle_bracketed_paste 2>/dev/null; autoload -Uz compinit; compinit -u -D; eval "$SCRIPT"'
      zpty -w shell 'compadd() { if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi; local -a hits; builtin compadd -A hits -D dscr "$@"; [[ -n $hits ]] && print -rl -- "<\${^hits}>"; builtin compadd "$@"; }'
      zpty -w shell 'zstyle ":completion:*" list-grouped false; bindkey "^I" complete-word; zle -C complete-word complete-word finish; finish() { _main_complete; print -r -- "<END>"; exit 0 }'
      zpty -w shell 'print -r -- "<READY>"'
      while zpty -r shell got; do [[ $got == *"<READY>"* && $got != *print* ]] && break; done
      zpty -w -n shell ${JSON.stringify(line)}$'\\t'
      while zpty -r shell got; do print -r -- "$got"; [[ $got == *"<END>"* ]] && break; done`,
    ],
  },
  {
    name: 'nu',
    // It reads no text but a file's.
    command: (line) => [
      'nu',
      '--no-config-file',
      '-c',
      `source script; berth complete ${JSON.stringify(line.split(' '))} | get value | to text`,
    ],
  },
];
const isHere = ({ name }: Shell): boolean => spawnSync(name, ['-c', 'true']).error === undefined;
const [here, absent] = [SHELLS.filter(isHere), SHELLS.filter((shell) => !isHere(shell))];

/** What TAB offers behind the line, sorted. */
function offered(shell: Shell, line: string): string[] {
  using folder = testFolder();
  const programs = join(folder.path, 'bin');
  mkdirSync(programs);
  // What "ssh" of it is asked for files, it answers; anything else is a process that should not have been started.
  const answer =
    'case "$1" in ssh) printf "/etc/hosts\\n/etc/hostname\\n/srv/a b/\\n/srv/a b/c\\n" ;; *) touch "$HOME/was-run" ;; esac';
  writeFileSync(join(programs, 'berth'), `#!/bin/sh\n${answer}\n`, { mode: 0o755 });
  for (const name of ['web-1', 'web-2', 'db']) {
    mkdirSync(join(folder.path, 'store/machines', name), { recursive: true });
    writeFileSync(join(folder.path, 'store/machines', name, 'config.json'), '{}');
  }
  mkdirSync(join(folder.path, 'elsewhere/machines/far'), { recursive: true });
  writeFileSync(join(folder.path, 'elsewhere/machines/far/config.json'), '{}');
  mkdirSync(join(folder.path, 'store/swarm'));
  for (const name of ['blue', 'blue_secrets', 'green'])
    writeFileSync(join(folder.path, `store/swarm/${name}.json`), '{}');
  for (const name of ['tiny-1', 'tiny-2']) {
    mkdirSync(join(folder.path, '.cache/berth/os', name), { recursive: true });
    writeFileSync(join(folder.path, '.cache/berth/os', name, 'manifest.json'), '{}');
  }
  writeFileSync(join(folder.path, 'script'), shellCompletion(shell.name, MODEL));
  const [program, ...words] = shell.command(line);
  const { stdout, stderr } = spawnSync(program, words, {
    env: {
      PATH: `${programs}:${process.env['PATH'] ?? ''}`,
      HOME: folder.path,
      TERM: 'dumb',
      LANG: 'C.UTF-8',
      MACHINE_STORAGE_PATH: join(folder.path, 'store'),
      SCRIPT: shellCompletion(shell.name, MODEL),
    },
    encoding: 'utf8',
    cwd: folder.path,
    timeout: 20_000,
  });
  if (stderr !== '') return [stderr];
  const found =
    shell.name === 'zsh'
      ? [...stdout.matchAll(/<([^<>\r\n]+)>/g)].flatMap(([, words = '']) => words.split(' '))
      : stdout.split('\n');
  return [...new Set(found.map((word) => word.trim()).filter((word) => !['', 'END', 'READY'].includes(word)))].sort();
}

describe.each(here)('completion in $name', (shell) => {
  it('offers commands, topics once', () => {
    expect(offered(shell, 'berth ')).toEqual([
      ...['create', 'inspect', 'ls', 'scp', 'shell-init', 'ssh', 'swarm', 'version'],
    ]);
  });

  it('offers the commands that begin as the word does', () => {
    expect(offered(shell, 'berth in')).toEqual(['inspect']);
  });

  it('offers the commands of a topic', () => {
    expect(offered(shell, 'berth swarm ')).toEqual(['create', 'join', 'rm']);
  });

  it('offers the machines of the store', () => {
    expect(offered(shell, 'berth inspect ')).toEqual(['db', 'web-1', 'web-2']);
  });

  it('offers no machine that stands on the line already', () => {
    expect(offered(shell, 'berth inspect web-1 ')).toEqual(['db', 'web-2']);
  });

  it('offers machines behind a flag and its value', () => {
    expect(offered(shell, 'berth inspect --progress tty we')).toEqual(['web-1', 'web-2']);
  });

  it('offers values of a flag', () => {
    expect(offered(shell, 'berth create -d ')).toEqual(['acme', 'local', 'other']);
  });

  it('offers flags of the chosen driver, and of no other', () => {
    const flags = offered(shell, 'berth create -d acme --');

    expect(flags).toEqual(['--acme-image', '--acme-size', '--debug', '--driver']);
  });

  it('offers flags of no driver before one is chosen', () => {
    expect(offered(shell, 'berth create --')).toEqual(['--debug', '--driver']);
  });

  it('offers flags of a driver whose name is being typed', () => {
    expect(offered(shell, 'berth create --acme')).toEqual(['--acme-image', '--acme-size']);
  });

  it('offers clusters', () => {
    expect(offered(shell, 'berth swarm rm ')).toEqual(['blue', 'green']);
  });

  it('offers clusters and machines where both are wanted', () => {
    expect(offered(shell, 'berth swarm join ')).toEqual(['blue', 'db', 'green', 'web-1', 'web-2']);
  });

  it('offers images of the minimal OS', () => {
    expect(offered(shell, 'berth create -d acme --acme-image tiny')).toEqual(['tiny-1', 'tiny-2']);
  });

  it('offers shells', () => {
    expect(offered(shell, 'berth shell-init x')).toEqual(['xonsh']);
  });

  it('offers machines to copy from', () => {
    expect(offered(shell, 'berth scp we').map((word) => word.replace(/:$/, ''))).toEqual(['web-1', 'web-2']);
  });

  it('offers files on a machine', () => {
    const files = offered(shell, 'berth scp web-1:/etc/ho');

    expect(files.map((word) => word.replace(/^web-1:/, ''))).toEqual(['/etc/hostname', '/etc/hosts']);
  });

  it('offers machines to log in to, and files there behind one', () => {
    expect(offered(shell, 'berth ssh we')).toEqual(['web-1', 'web-2']);
    expect(offered(shell, 'berth ssh web-1 cat /etc/ho')).toEqual(['/etc/hostname', '/etc/hosts']);
  });
});

describe.each(here.filter(({ name }) => name !== 'nu'))('completion in $name', (shell) => {
  it('offers the machines of the store that the line names', () => {
    expect(offered(shell, 'berth -s elsewhere inspect ')).toEqual(['far']);
  });
});

it('writes files on a machine as bash reads them, and reads them so', () => {
  const bash = SHELLS.find(({ name }) => name === 'bash');
  if (!bash) return;

  expect(offered(bash, 'berth scp web-1:/srv/')).toEqual(['/srv/a\\ b/', '/srv/a\\ b/c']);
  expect(offered(bash, 'berth scp web-1:/srv/a\\ b/c')).toEqual(['/srv/a\\ b/c']);
});

if (absent.length > 0) it.skip(`shells that are not installed: ${absent.map(({ name }) => name).join(', ')}`, () => {});

it('refuses a shell that there are no completions for', async () => {
  const failure = await failureOf(() => shellCompletion('rc', MODEL));

  expect(told(failure)).toEqual({ code: 'BadUsage', message: 'there are no completions for "rc"', exitCode: 2 });
});
