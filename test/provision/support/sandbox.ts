import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { HostFile } from '../../../src/host/host.js';
import { testFolder } from '../../helpers/folder.js';
import { textOf } from './golden.js';
import type { Shell } from './shells.js';

export interface Sandbox extends Disposable {
  /** The folder that stands for `/`. */
  readonly root: string;
  /** The folder a script runs in. */
  readonly work: string;
  /** Puts a program on PATH, a shell script; its calls are recorded. */
  fake(name: string, body?: string): void;
  /** Puts programs of this computer on PATH. */
  tools(...names: string[]): void;
  /** Writes a file below `root`. */
  file(path: string, text: string, mode?: number): void;
  /** Reads a file below `root`; undefined when it is not there. */
  read(path: string): string | undefined;
  /** Puts a delivery's files where the script looks for them. */
  deliver(files: readonly HostFile[]): void;
  run(text: string, options?: Running): Outcome;
  /** The words of every call of a fake so far, in order. */
  calls(name?: string): readonly (readonly string[])[];
}

export interface Running {
  /** Default: sh. */
  readonly shell?: Shell;
  /** The script knows `root` itself: only its PATH is taken away. */
  readonly isRooted?: boolean;
  /** Runs as the user of the tests, who may be root: for scripts that change nothing. */
  readonly keepsUser?: boolean;
}

export interface Outcome {
  readonly status: number | null;
  readonly lines: readonly string[];
}

const TOOLS = ['awk', 'sed', 'grep', 'cp', 'mv', 'rm', 'mkdir', 'chmod', 'dirname', 'cat', 'tr', 'head', 'tail'].concat(
  ['sort', 'stat', 'mktemp', 'od', 'cut', 'ls', 'sh', 'true', 'sha256sum', 'tar', 'gzip', 'timeout', 'wc', 'basename'],
);

/** What busybox brings itself. */
const APPLETS = new Set((spawnSync('busybox', ['--list'], { encoding: 'utf8' }).stdout ?? '').split('\n'));

/** A folder where a script meets only what the test has put there, and needs no rights. */
export function sandbox(): Sandbox {
  const folder = testFolder();
  const [root, work, bin] = ['root', 'work', 'bin'].map((name) => join(folder.path, name)) as [string, string, string];
  const log = join(folder.path, 'calls');
  for (const path of [root, work, bin]) mkdirSync(path);
  const isFake = (name: string): boolean => APPLETS.has(name) && !lstatSync(join(bin, name)).isSymbolicLink();
  // busybox prefers programs of its own to those on PATH, but not to functions.
  const asFunction = (name: string): string => `${name}() { '${join(bin, name)}' "$@"; }\n`;
  const own: Sandbox = {
    root,
    work,
    fake: (name, body = ':') => writeProgram(join(bin, name), recorder(name, log) + body),
    tools: (...names) => names.forEach((name) => link(name, bin)),
    file: (path, text, mode = 0o644) => write(join(root, path), text, mode),
    read: (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined),
    deliver: (files) => files.forEach((file) => write(join(work, file.path), textOf(file), file.mode)),
    run: (text, { shell = ['sh'], isRooted = false, keepsUser = false } = {}) => {
      const [program, ...options] = shell;
      const before = program === 'busybox' ? readdirSync(bin).filter(isFake).map(asFunction).join('') : '';
      write(join(work, 'script.sh'), before + (isRooted ? withoutPath(text) : inside(root, text)), 0o700);
      const { status, stdout } = spawnSync(find(program), [...options, './script.sh'], {
        cwd: work,
        env: { PATH: bin, SANDBOX: root },
        encoding: 'utf8',
        timeout: 60_000,
        ...(keepsUser ? {} : withoutRights(folder.path, [root, work])),
      });
      return { status, lines: stdout.split('\n').slice(0, -1) };
    },
    calls: (name) => (existsSync(log) ? parseCalls(readFileSync(log, 'utf8'), name) : []),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
  own.tools(...TOOLS);
  // Nothing waits, and owners are for root to change.
  for (const name of ['sleep', 'chown']) own.fake(name);
  return own;
}

/** The script with the absolute paths of the host below `root`, and nothing on PATH but the sandbox's programs. */
export function inside(root: string, text: string): string {
  return withoutPath(text)
    .replace(/^root=.*$/gm, `root=${root}`)
    .split('\n')
    .map((line) =>
      /^ *for folder in/.test(line) ? line : line.replace(/(^|[\s"'=>(])\/(?=(etc|var|usr|proc|run)\b)/g, `$1${root}/`),
    )
    .join('\n');
}

/** A script that misses its sandbox must not harm this computer, so root runs it as a user that owns nothing else. */
function withoutRights(folder: string, trees: readonly string[]): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const inTrees = trees.flatMap((tree) => [
    tree,
    ...readdirSync(tree, { recursive: true, encoding: 'utf8' }).map((path) => join(tree, path)),
  ]);
  for (const path of [folder, ...inTrees]) lchownSync(path, NOBODY, NOBODY);
  return { uid: NOBODY, gid: NOBODY };
}

const NOBODY = 65_534;

function withoutPath(text: string): string {
  return text.replace(/^PATH=.*$/gm, '');
}

/** Words end with a unit separator, calls with a NUL. */
function recorder(name: string, log: string): string {
  // One write a call: programs that run side by side must not mix their words.
  return `#!/bin/sh\ncall=$(printf '%s\\037' ${name} "$@"; printf .)\nprintf '%s\\0' "\${call%.}" >>'${log}'\n`;
}

function parseCalls(text: string, name: string | undefined): readonly (readonly string[])[] {
  const calls = text.split('\0').slice(0, -1);
  return calls
    .map((call) => call.split('\x1f').slice(0, -1))
    .filter(([program]) => name === undefined || program === name);
}

function write(path: string, text: string, mode: number): void {
  mkdirSync(dirname(path), { recursive: true });
  // Never through a link, which leads to a program of this computer.
  rmSync(path, { force: true });
  writeFileSync(path, text, { flag: 'wx' });
  chmodSync(path, mode);
}

function writeProgram(path: string, text: string): void {
  write(path, `${text}\n`, 0o755);
}

function link(name: string, bin: string): void {
  if (!existsSync(join(bin, name))) symlinkSync(find(name), join(bin, name));
}

function find(program: string): string {
  const known = FOUND.get(program);
  if (known !== undefined) return known;
  const path = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program], { encoding: 'utf8' }).stdout.trim();
  FOUND.set(program, path);
  return path;
}

/** Where programs of this computer stand, looked up once. */
const FOUND = new Map<string, string>();
