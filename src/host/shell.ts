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
  const { channel, ended } = await connection.session((client, opened) => {
    if (command === undefined) client.shell(pty, opened);
    else client.exec(command, pty ? { pty } : {}, opened);
  });
  const onAbort = (): void => void channel.close();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  const leave = options.tty ? takeTerminal(channel, streams) : (): void => {};
  try {
    const leaveStreams = joinStreams(channel, streams);
    const { code, signal } = await ended;
    leaveStreams();
    throwIfCancelled(options.signal);
    if (signal) return 128 + signalNumber(signal);
    if (code === undefined && connection.isLost) throw connection.lostError();
    return code ?? NO_EXIT_CODE;
  } finally {
    leave();
    options.signal?.removeEventListener('abort', onAbort);
  }
}

function joinStreams(channel: ClientChannel, { stdin, stdout, stderr }: Streams): () => void {
  channel.pipe(stdout, { end: false });
  channel.stderr.pipe(stderr, { end: false });
  stdin.pipe(channel);
  return () => {
    stdin.unpipe(channel);
    // A stream that flows would keep the process alive.
    stdin.pause();
  };
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

function signalNumber(signal: string): number {
  return Object.entries(constants.signals).find(([name]) => name === signal)?.[1] ?? 0;
}
