import { createReadStream } from 'node:fs';
import { isMachineError, MachineError } from '../errors.js';
import type { Connection } from './connection.js';
import type { HostFile } from './host.js';
import { commandLine, execute } from './remote-command.js';

interface FileOptions {
  readonly user: string;
  readonly sudo?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The new content is seen as a whole or not at all, and never with looser permissions than asked for. */
const REPLACE = [
  '[ ! -d "$1" ] || { echo "$1 is a folder" >&2; exit 1; }',
  't=$(mktemp "$1.XXXXXX") || exit',
  `trap 'rm -f "$t"' EXIT`,
  'cat >"$t" && chmod "$2" "$t" && mv -f "$t" "$1"',
].join('\n');

export async function readRemote(connection: Connection, path: string, options: FileOptions): Promise<Buffer> {
  const command = commandLine(['cat', '--', path], options);
  return about(`cannot read "${path}" on ${connection.name}`, async () => {
    const { stdout } = await execute(connection, command, { keepBytes: Infinity, ...signalOf(options) });
    return stdout;
  });
}

export async function writeRemote(connection: Connection, file: HostFile, options: FileOptions): Promise<void> {
  const { path, mode, content } = file;
  const command = commandLine(['sh', '-c', REPLACE, 'sh', path, mode.toString(8)], options);
  const input = typeof content === 'string' || Buffer.isBuffer(content) ? content : createReadStream(content.localPath);
  await about(`cannot write "${path}" on ${connection.name}`, () =>
    execute(connection, command, { input, ...signalOf(options) }),
  );
}

/** Names the file where the command that handles it would be named; what it said stays the cause. */
async function about<T>(message: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isMachineError(error, 'CommandFailed') || error.message.includes('sudo')) throw error;
    throw new MachineError('CommandFailed', message, { cause: error.cause ?? error });
  }
}

function signalOf({ signal }: FileOptions): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}
