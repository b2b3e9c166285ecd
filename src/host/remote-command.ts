import type { ClientChannel } from 'ssh2';
import { MachineError, throwIfCancelled } from '../errors.js';
import { formatSeconds } from '../poll.js';
import { quoteWord } from '../template.js';
import type { Connection, Ending, Opened } from './connection.js';
import type { Argv, RunOptions } from './host.js';
import { LineSplitter, Tail } from './output.js';
import { Input, stopRemote } from './remote-input.js';

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
  /** Knows a better error for an exit code. */
  readonly failure?: (code: number) => MachineError | undefined;
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
  const input = new Input(run.input);
  const stop = new Stop(run, { label: command.label, name: connection.name });
  const session = connection.session((client, opened) => client.exec(command.line, opened));
  const { channel, ended } = await stop.orSooner(session).catch((error: unknown) => input.discard(error));
  const stdout = new Tail(run.keepBytes ?? KEEP_BYTES);
  const stderr = new Tail(KEEP_BYTES);
  const lines = run.onLine ? new LineSplitter(run.onLine) : undefined;
  channel.stderr.on('data', (chunk: Buffer) => stderr.add(chunk));
  if (!run.onOutput) {
    channel.on('data', (chunk: Buffer) => {
      stdout.add(chunk);
      lines?.add(chunk);
    });
  }
  const [ending, unsent, untaken] = await Promise.all([ended, input.send(channel, ended), take(channel, run.onOutput)]);
  stop.clear();
  lines?.end();
  stop.throwIfStopped();
  if (ending.code === undefined && connection.isLost) throw connection.lostError();
  const broken = unsent ?? untaken;
  if (broken && !ending.code) throw broken;
  const known = ending.code ? run.failure?.(ending.code) : undefined;
  if (known) throw known;
  if (ending.code !== 0) throw failed(command, { name: connection.name, ending, stderr: stderr.text() });
  return { stdout: stdout.bytes(), stderr: stderr.text() };
}

/** Why the output could not be taken in. */
async function take(channel: ClientChannel, onOutput: Execution['onOutput']): Promise<Error | undefined> {
  try {
    await onOutput?.(channel);
    return undefined;
  } catch (error) {
    stopRemote(channel);
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Ends a command whose time or whose caller's patience is over. */
class Stop {
  #reason: MachineError | undefined;
  #stop: (reason: MachineError) => void = () => {};
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly run: Execution,
    { label, name }: { label: string; name: string },
  ) {
    const { timeoutMs, signal } = run;
    if (timeoutMs !== undefined) {
      const message = `timed out after ${formatSeconds(timeoutMs)} waiting for "${label}" on ${name}`;
      this.#timer = setTimeout(() => this.end(new MachineError('TimedOut', message)), timeoutMs);
    }
    signal?.addEventListener('abort', this.onAbort, { once: true });
  }

  /** The session, unless the command is stopped before the server has opened it. */
  async orSooner(session: Promise<Opened>): Promise<Opened> {
    const sooner = new Promise<never>((_resolve, reject) => (this.#stop = reject));
    try {
      const opened = await Promise.race([session, sooner]);
      this.#stop = () => stopRemote(opened.channel);
      return opened;
    } catch (error) {
      this.clear();
      session.then(({ channel }) => stopRemote(channel)).catch(() => {});
      throw error;
    }
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.run.signal?.removeEventListener('abort', this.onAbort);
  }

  throwIfStopped(): void {
    if (this.#reason) throw this.#reason;
  }

  private readonly onAbort = (): void => this.end(new MachineError('Cancelled', 'interrupted'));

  private end(reason: MachineError): void {
    this.#reason = reason;
    this.#stop(reason);
  }
}

interface Failure {
  readonly name: string;
  readonly ending: Ending;
  readonly stderr: string;
}

function failed({ label, user }: RemoteCommand, { name, ending, stderr }: Failure): MachineError {
  const words = stderr.trim().split('\n').slice(-LAST_LINES).join('\n');
  const cause = words === '' ? {} : { cause: new Error(words) };
  if (SUDO_REFUSED.test(stderr)) {
    return new MachineError('CommandFailed', `user "${user}" on ${name} may not use sudo without a password`, {
      suggestions: [`echo '${user} ALL=(ALL) NOPASSWD: ALL' | sudo tee /etc/sudoers.d/${user}`],
      ...cause,
    });
  }
  return new MachineError('CommandFailed', `"${label}" ${howItEnded(ending)} on ${name}`, cause);
}

function howItEnded({ code, signal }: Ending): string {
  if (signal) return `was killed by ${signal}`;
  return typeof code === 'number' ? `exited with ${code}` : 'ended without an exit code';
}

/** sudo's words in all its versions, `requiretty` and `not in the sudoers file` among them. */
const SUDO_REFUSED =
  /^sudo: (a password is required|no tty present|a terminal is required|sorry, you must have a tty)|is not in the sudoers file|is not allowed to run sudo|may not run sudo/m;
