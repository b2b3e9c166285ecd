import { Readable } from 'node:stream';
import type { Connection } from './connection.js';
import type { Argv, HostFile, RunOptions, RunResult } from './host.js';
import { commandLine, execute } from './remote-command.js';
import { tarStream, type TarEntry } from './tar.js';

/**
 * For `sh -c`, with the script's name as $1. The folder goes away on every way out, and the script has the umask of the login;
 * a shell runs its traps when the program in front of it has ended.
 */
const inOwnFolder = (fill: string, run: string): string =>
  [
    'u=$(umask); umask 077',
    'd=$(mktemp -d) || exit',
    `trap 'rm -rf "$d"' EXIT`,
    `trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM`,
    `cd "$d" && ${fill} || { echo "cannot unpack the files in $d" >&2; exit 1; }`,
    'umask "$u"; sh "./$1" </dev/null' + run,
    'cd /; exit $s',
  ].join('\n');
/** What is left of stdin after the archive is nothing of the script's. */
const UNPACK_AND_RUN = inOwnFolder('tar -xmpf -', '; s=$?');
/** One piece of output instead of one for each line: of more than ten a fresh connection holds back the rest for a round trip. */
const WRITE_AND_RUN = inOwnFolder('printf %b "$2" >"$1"', ' >"$1.out"; s=$?; cat "$1.out"');
/** Before it does anything, sudo's log included. A shell reads such a line without taking a byte behind it. */
const WAIT = 'read -r go || exit 0; exec "$@"';
const GO = Buffer.from('go\n');

interface Delivery {
  readonly files: readonly HostFile[] | Promise<readonly HostFile[]>;
  readonly script: string;
  readonly user: string;
}

/** @throws MachineError CommandFailed, HostUnreachable, TimedOut, Cancelled, and whatever the promised files end with */
export function deliver(
  connection: Connection,
  { files, script, user }: Delivery,
  { sudo, ...options }: Omit<RunOptions, 'input'> = {},
): Promise<RunResult> {
  const { line } = commandLine(['sh', '-c', UNPACK_AND_RUN, 'sh', script], { user, sudo });
  const command = { label: script, user };
  if (!(files instanceof Promise)) return executeText(connection, { ...command, line, input: archive(files) }, options);
  const waiting = `${commandLine(['sh', '-c', WAIT, 'sh'], { user }).line} ${line}`;
  return executeText(connection, { ...command, line: waiting, input: promised(files) }, options);
}

/** @throws MachineError CommandFailed, HostUnreachable, TimedOut, Cancelled */
export function runScript(
  connection: Connection,
  { name, text, user }: { readonly name: string; readonly text: string; readonly user: string },
  { sudo, ...options }: Omit<RunOptions, 'input'> = {},
): Promise<RunResult> {
  // Without comments, for servers that take a command line of 9000 bytes (Dropbear). `printf %b` brings the backslashes back,
  // which in quotes are not the same to every login shell.
  const lines = text.replaceAll(/^ *#.*\n/gm, '').replaceAll('\\', '\\0134');
  const words: Argv = ['sh', '-c', WRITE_AND_RUN, 'sh', name, lines];
  return executeText(connection, { ...commandLine(words, { user, sudo }), label: name }, options);
}

interface Line {
  readonly line: string;
  readonly label: string;
  readonly user: string;
  readonly input?: Readable;
}

async function executeText(
  connection: Connection,
  { input, ...command }: Line,
  options: Omit<RunOptions, 'input' | 'sudo'>,
): Promise<RunResult> {
  const { stdout, stderr } = await execute(connection, command, { ...options, ...(input ? { input } : {}) });
  return { stdout: stdout.toString(), stderr };
}

function promised(files: Promise<readonly HostFile[]>): Readable {
  return Readable.from(
    (async function* () {
      const all = await files;
      if (all.length === 0) return;
      yield GO;
      yield* archive(all);
    })(),
    { objectMode: false },
  );
}

function archive(files: readonly HostFile[]): Readable {
  return tarStream(files.map(entryOf));
}

function entryOf({ path, mode, content }: HostFile): TarEntry {
  return { name: path, mode, content: typeof content === 'string' ? Buffer.from(content) : content };
}
