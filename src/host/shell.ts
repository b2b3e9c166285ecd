import { constants } from 'node:os';
import type { ClientChannel, PseudoTtyOptions } from 'ssh2';
import { throwIfCancelled } from '../errors.js';
import type { Connection } from './connection.js';
import type { ShellOptions } from './host.js';

/** What a shell reads from and writes to; the process's own unless a test hands in others. */
export interface Streams {
  readonly stdin: NodeJS.ReadableStream & Partial<Pick<NodeJS.ReadStream, 'isTTY' | 'isRaw' | 'setRawMode'>>;
  readonly stdout: NodeJS.WritableStream & Partial<Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'rows'>>;
  readonly stderr: NodeJS.WritableStream;
}

/** Exit code of a remote command that ended without one. */
const NO_EXIT_CODE = 255;

/** @throws MachineError HostUnreachable, Cancelled */
export async function shell(
  connection: Connection,
  { command, options }: { command: string | undefined; options: ShellOptions },
  streams: Streams = process,
): Promise<number> {
  throwIfCancelled(options.signal);
  const pty = options.tty ? terminal(streams, options.term) : false;
  const channel = await connection.session((client, opened) => {
    if (command === undefined) client.shell(pty, opened);
    else client.exec(command, pty ? { pty } : {}, opened);
  });
  const onAbort = (): void => void channel.close();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  const leave = options.tty ? takeTerminal(channel, streams) : (): void => {};
  try {
    const code = await join(channel, streams);
    throwIfCancelled(options.signal);
    if (code === undefined && connection.isLost) throw connection.lostError();
    return code ?? NO_EXIT_CODE;
  } finally {
    leave();
    options.signal?.removeEventListener('abort', onAbort);
  }
}

/** Resolves when the channel has closed: to the exit code, 128 and the number of a signal, or nothing. */
function join(channel: ClientChannel, { stdin, stdout, stderr }: Streams): Promise<number | undefined> {
  channel.on('error', () => {});
  channel.pipe(stdout, { end: false });
  channel.stderr.pipe(stderr, { end: false });
  stdin.pipe(channel);
  return new Promise((resolve) => {
    let exit: number | undefined;
    channel.once('exit', (code: number | null, signal?: string) => (exit = code ?? 128 + signalNumber(signal)));
    channel.once('close', () => {
      stdin.unpipe(channel);
      stdin.pause();
      resolve(exit);
    });
  });
}

function terminal({ stdout }: Streams, term = 'xterm-256color'): PseudoTtyOptions {
  return { term, rows: stdout.rows ?? 24, cols: stdout.columns ?? 80 };
}

/** Raw mode and the window's size, until the returned function gives the terminal back as it was. */
function takeTerminal(channel: ClientChannel, { stdin, stdout }: Streams): () => void {
  const wasRaw = stdin.isRaw ?? false;
  const onResize = (): void => channel.setWindow(stdout.rows ?? 24, stdout.columns ?? 80, 0, 0);
  if (stdin.isTTY) stdin.setRawMode?.(true);
  stdout.on('resize', onResize);
  return () => {
    stdout.off('resize', onResize);
    if (stdin.isTTY) stdin.setRawMode?.(wasRaw);
  };
}

function signalNumber(signal: string | undefined): number {
  return Object.entries(constants.signals).find(([name]) => name === signal)?.[1] ?? 0;
}
