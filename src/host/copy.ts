import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { isMachineError, MachineError, throwIfCancelled } from '../errors.js';
import type { Connection } from './connection.js';
import type { CopyOptions } from './host.js';
import { walkFolder } from './local-tree.js';
import { commandLine, execute } from './remote-command.js';
import { tarStream } from './tar.js';
import { unpackTo } from './unpack.js';

export interface Copy {
  readonly from: string;
  readonly to: string;
  readonly user: string;
}

/** $t becomes the path $1 as a shell and scp would take it; nothing after this line can mistake it for an option. */
const PATH = `t=$1; case $t in '~') t=$HOME ;; '~/'*) t=$HOME/\${t#??} ;; '') t=. ;; -*) t=./$t ;; esac`;
/** scp's rule: into a folder that is there, otherwise under the name that was given. */
const TARGET = `${PATH}\n[ ! -d "$t" ] || t=\${t%/}/$2`;
/** Nobody else can read the file before its mode says so. */
const TAKE_FILE = `${TARGET}\numask 077\ncat >"$t" && { [ ! -f "$t" ] || chmod "$3" "$t"; }`;
const TAKE_FOLDER = `${TARGET}\n[ -d "$t" ] || mkdir "$t" || exit\ncd "$t" && tar -xmpf -`;
/** Says that the path is a folder though no folder was asked for; sysexits and shells leave it free. */
const IS_FOLDER = 91;
/** Links are followed, as scp does. */
const GIVE = [
  PATH,
  'if [ -d "$t" ]; then',
  `  [ "$2" = recursive ] || exit ${IS_FOLDER}`,
  '  cd "$t" && exec tar -chf - .',
  'fi',
  'case $t in */*) cd "${t%/*}/" || exit ;; esac',
  'exec tar -chf - "./${t##*/}"',
].join('\n');

/** @throws MachineError BadUsage, CommandFailed, HostUnreachable, Cancelled */
export async function upload(connection: Connection, copy: Copy, options: CopyOptions = {}): Promise<void> {
  const { from, to, user } = copy;
  throwIfCancelled(options.signal);
  const source = await stat(from).catch((cause: unknown) => {
    throw new MachineError('BadUsage', `cannot read "${from}" on this computer`, { cause });
  });
  if (source.isDirectory() && !options.recursive) throw isFolder(from);
  const name = basename(from) === '..' ? basename(resolve(from)) : basename(from);
  const mode = (source.mode & 0o777).toString(8);
  const script = source.isDirectory() ? TAKE_FOLDER : TAKE_FILE;
  const input = source.isDirectory()
    ? tarStream(walkFolder(from, options.onProgress))
    : countedFile(from, source.size, options.onProgress);
  const command = commandLine(['sh', '-c', script, 'sh', to, name, mode], { user });
  await about(`cannot copy "${from}" to "${to}" on ${connection.name}`, () =>
    execute(connection, command, { input, ...signalOf(options) }),
  );
}

/** @throws MachineError BadUsage, CommandFailed, HostUnreachable, Cancelled */
export async function download(connection: Connection, copy: Copy, options: CopyOptions = {}): Promise<void> {
  const { from, to, user } = copy;
  const words = ['sh', '-c', GIVE, 'sh', from, options.recursive ? 'recursive' : ''] as const;
  const destination = { to, name: basename(from), onProgress: options.onProgress };
  await about(`cannot copy "${from}" on ${connection.name} to "${to}"`, () =>
    execute(connection, commandLine(words, { user }), {
      onOutput: (channel) => unpackTo(destination, channel),
      failure: (code) => (code === IS_FOLDER ? isFolder(from) : undefined),
      ...signalOf(options),
    }),
  );
}

function countedFile(path: string, total: number, onProgress: CopyOptions['onProgress']): Readable {
  const file = createReadStream(path);
  if (!onProgress) return file;
  return Readable.from(
    counted(file, (done) => onProgress(path, done, total)),
    { objectMode: false },
  );
}

async function* counted(file: AsyncIterable<Buffer>, onBytes: (done: number) => void): AsyncGenerator<Buffer> {
  let done = 0;
  for await (const chunk of file) {
    done += chunk.length;
    yield chunk;
    onBytes(done);
  }
  if (done === 0) onBytes(0);
}

/** Names what was copied; what the other side said stays the cause. */
async function about(message: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (isMachineError(error) && error.code !== 'CommandFailed') throw error;
    throw new MachineError('CommandFailed', message, { cause: isMachineError(error) ? (error.cause ?? error) : error });
  }
}

function isFolder(path: string): MachineError {
  return new MachineError('BadUsage', `"${path}" is a folder`, { suggestions: ['Copy folders with --recursive'] });
}

function signalOf({ signal }: CopyOptions): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}
