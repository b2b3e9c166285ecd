import { pipeline } from 'node:stream/promises';
import type { ClientChannel } from 'ssh2';
import { MachineError, throwIfCancelled } from '../errors.js';
import { formatSeconds } from '../poll.js';
import { quoteWord } from '../template.js';
import type { Connection } from './connection.js';
import type { Argv, RunOptions } from './host.js';
import { LineSplitter, Tail } from './output.js';

/** A command line that is ready for the remote shell. */
export interface RemoteCommand {
  readonly line: string;
  /** The program, as messages name it. */
  readonly label: string;
  /** Who logs in, for the sudoers line. */
  readonly user: string;
}

export interface Execution extends Omit<RunOptions, 'sudo'> {
  /** How much of stdout is kept, in bytes. */
  readonly keepBytes?: number;
  /** Takes stdout as it comes; nothing of it is kept then. */
  readonly onOutput?: (channel: ClientChannel) => Promise<void>;
}

export interface Outcome {
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Of each of stdout and stderr, in bytes; whatever exceeds it is cut out of the middle. */
const KEEP_BYTES = 4 * 1024 * 1024;
/** A cause shows the end of stderr: that is where programs say why. */
const LAST_LINES = 20;

/** Words for the remote shell, quoted once; for root, sudo adds nothing. */
export function commandLine(argv: Argv, { user, sudo }: { user: string; sudo?: boolean | undefined }): RemoteCommand {
  const prefix = sudo && user !== 'root' ? 'sudo -n -- ' : '';
  return { line: prefix + argv.map(quoteWord).join(' '), label: argv[0], user };
}

/** Runs to the end. @throws MachineError CommandFailed, HostUnreachable, TimedOut, Cancelled */
export async function execute(connection: Connection, command: RemoteCommand, run: Execution): Promise<Outcome> {
  throwIfCancelled(run.signal);
  const channel = await connection.session((client, opened) => client.exec(command.line, opened));
  const stop = new Stop(channel, run);
  const stdout = new Tail(run.keepBytes ?? KEEP_BYTES);
  const stderr = new Tail(KEEP_BYTES);
  const lines = run.onLine ? new LineSplitter(run.onLine) : undefined;
  channel.stderr.on('data', (chunk: Buffer) => stderr.add(chunk));
  const exit: { code?: number | null; signal?: string } = {};
  channel.once('exit', (code: number | null, signal?: string) => {
    Object.assign(exit, { code, ...(signal ? { signal } : {}) });
  });
  const closed = new Promise<void>((resolve) => channel.once('close', () => resolve()));
  if (!run.onOutput) {
    channel.on('data', (chunk: Buffer) => {
      stdout.add(chunk);
      lines?.add(chunk);
    });
  }
  const [sent, taken] = await Promise.all([send(channel, run.input), run.onOutput?.(channel).catch(asError), closed]);
  stop.clear();
  lines?.end();
  stop.throwIfStopped(command, connection.name);
  if (exit.code === undefined && connection.isLost) throw connection.lostError();
  if (exit.code !== 0) throw failed(command, { name: connection.name, exit, stderr: stderr.text() });
  if (taken) throw taken;
  if (sent) throw sent;
  return { stdout: stdout.bytes(), stderr: stderr.text() };
}

/** Why the input could not be read; a remote end that stops reading is no failure, its exit code tells. */
async function send(channel: ClientChannel, input: RunOptions['input']): Promise<Error | undefined> {
  channel.on('error', () => {});
  if (input === undefined || typeof input === 'string' || Buffer.isBuffer(input)) {
    channel.end(input);
    return undefined;
  }
  let broken: Error | undefined;
  input.once('error', (error) => (broken = error));
  const closed = new Promise<void>((resolve) => channel.once('close', () => resolve()));
  await Promise.race([pipeline(input, channel, { end: true }).catch(() => {}), closed]);
  if (broken) channel.close();
  else input.destroy();
  return broken;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** Ends a command whose time or whose caller's patience is over. */
class Stop {
  #reason: 'timeout' | 'cancelled' | undefined;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly channel: ClientChannel,
    private readonly run: Execution,
  ) {
    const { timeoutMs, signal } = run;
    if (timeoutMs !== undefined) this.#timer = setTimeout(() => this.end('timeout'), timeoutMs);
    signal?.addEventListener('abort', this.onAbort, { once: true });
    if (signal?.aborted) this.onAbort();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.run.signal?.removeEventListener('abort', this.onAbort);
  }

  throwIfStopped({ label }: RemoteCommand, name: string): void {
    if (this.#reason === 'cancelled') throwIfCancelled(this.run.signal);
    if (this.#reason !== 'timeout') return;
    const limit = formatSeconds(this.run.timeoutMs ?? 0);
    throw new MachineError('TimedOut', `timed out after ${limit} waiting for "${label}" on ${name}`);
  }

  private readonly onAbort = (): void => this.end('cancelled');

  private end(reason: 'timeout' | 'cancelled'): void {
    this.#reason = reason;
    // sshd hands signals on to its own children (OpenSSH 7.9 and later); other servers pass over the request.
    this.channel.signal('TERM');
    this.channel.close();
    this.channel.destroy();
    this.channel.emit('close');
  }
}

interface Failure {
  readonly name: string;
  readonly exit: { readonly code?: number | null; readonly signal?: string };
  readonly stderr: string;
}

function failed({ label, user }: RemoteCommand, { name, exit, stderr }: Failure): MachineError {
  const words = stderr.trim().split('\n').slice(-LAST_LINES).join('\n');
  const cause = words === '' ? {} : { cause: new Error(words) };
  if (SUDO_REFUSED.test(stderr)) {
    return new MachineError('CommandFailed', `user "${user}" on ${name} may not use sudo without a password`, {
      suggestions: [`echo '${user} ALL=(ALL) NOPASSWD: ALL' | sudo tee /etc/sudoers.d/${user}`],
      ...cause,
    });
  }
  const how = exit.signal ? `was killed by ${exit.signal}` : `exited with ${exit.code ?? 'no exit code'}`;
  return new MachineError('CommandFailed', `"${label}" ${how} on ${name}`, cause);
}

/** sudo's words in all its versions, `requiretty` and `not in the sudoers file` among them. */
const SUDO_REFUSED =
  /^sudo: (a password is required|no tty present|a terminal is required|sorry, you must have a tty)|is not in the sudoers file|is not allowed to run sudo|may not run sudo/m;
