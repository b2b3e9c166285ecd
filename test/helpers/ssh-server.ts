import './realm.js';
import { spawn } from 'node:child_process';
import { connect as connectTcp, createServer, type AddressInfo, type Socket } from 'node:net';
import ssh2 from 'ssh2';
import type { AuthContext, Connection, PseudoTtyInfo, ServerChannel, Session } from 'ssh2';
import { generateKeyPair } from '../../src/host/keys.js';
import type { SshKeyPair } from '../../src/host/host.js';

export interface Answer {
  readonly stdout?: string | Buffer;
  readonly stderr?: string;
  readonly code?: number;
  /** Ends by this signal, "TERM" say, and not with a code. */
  readonly signal?: string;
  /** Waits this long before it answers, in milliseconds. */
  readonly delayMs?: number;
  /** The connection breaks instead of an answer. */
  readonly drop?: boolean;
  /** The channel closes without an exit code. */
  readonly noExit?: boolean;
  /** No answer for ever. */
  readonly hang?: boolean;
}

export type Answers = Readonly<Record<string, Answer>> | ((command: string, input: Buffer) => Answer | undefined);

export interface SshServerOptions {
  /** Answers of exec requests by command line; with 'run' they are really run by `sh -c` on this computer. Default: 'run'. */
  readonly answers?: Answers | 'run';
  /** Environment of commands that are really run. */
  readonly env?: NodeJS.ProcessEnv;
  readonly hostKey?: SshKeyPair;
  /** Public lines that are let in; without it any key is. */
  readonly allowedKeys?: readonly string[];
  readonly refuseLogins?: boolean;
  /** Accepts TCP and says nothing. */
  readonly silent?: boolean;
  /** Closes each connection right after accepting it. */
  readonly closeEarly?: boolean;
  /** Waits before SSH begins, in milliseconds. */
  readonly delayMs?: number;
  /** Further sessions are refused, as by sshd's MaxSessions. */
  readonly maxSessions?: number;
  /** Says nothing to whoever wants to connect to a unix socket. */
  readonly deaf?: boolean;
  /** Listens here again: for a host that comes back. */
  readonly port?: number;
}

export interface Login {
  readonly user: string;
  readonly method: string;
  /** Type and base64 of the key, where one was offered. */
  readonly key?: string;
  readonly accepted: boolean;
}

export interface SshServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** What stands in known_hosts, without the name: type and base64. */
  readonly hostKey: string;
  readonly commands: string[];
  /** stdin of each command, in the order of `commands`, complete once the command has ended. */
  readonly inputs: Buffer[];
  readonly logins: Login[];
  readonly windows: { rows: number; cols: number }[];
  /** The most sessions that were open at once. */
  readonly mostSessions: number;
  readonly connections: number;
  /** Paths of the unix sockets that were connected to, in order. */
  readonly dialled: readonly string[];
  /** Changes behaviour from the next connection on. */
  set(options: Partial<SshServerOptions>): void;
  /** Breaks all connections, as a power cut would. */
  drop(): void;
}

/** An SSH server on 127.0.0.1 that records what it is asked. */
export async function sshServer(options: SshServerOptions = {}): Promise<SshServer> {
  const server = new FakeSshd(options);
  await server.listen();
  return server;
}

class FakeSshd implements SshServer {
  readonly host = '127.0.0.1';
  port = 0;
  readonly commands: string[] = [];
  readonly inputs: Buffer[] = [];
  readonly logins: Login[] = [];
  readonly windows: { rows: number; cols: number }[] = [];
  mostSessions = 0;
  connections = 0;
  readonly dialled: string[] = [];
  #options: SshServerOptions;
  readonly #sockets = new Set<Socket>();
  #hostKeys: SshKeyPair;
  readonly #listener = createServer({ noDelay: true }, (socket) => this.#accept(socket));

  constructor(options: SshServerOptions) {
    this.#options = options;
    this.#hostKeys = options.hostKey ?? generateKeyPair('host');
  }

  get hostKey(): string {
    return this.#hostKeys.publicKey.split(' ').slice(0, 2).join(' ');
  }

  set(options: Partial<SshServerOptions>): void {
    this.#options = { ...this.#options, ...options };
    if (options.hostKey) this.#hostKeys = options.hostKey;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#listener.listen(this.#options.port ?? 0, this.host, resolve));
    this.port = (this.#listener.address() as AddressInfo).port;
  }

  drop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.drop();
    await new Promise<void>((resolve) => this.#listener.close(() => resolve()));
  }

  #accept(socket: Socket): void {
    this.connections += 1;
    this.#sockets.add(socket);
    socket.on('error', () => {}).once('close', () => this.#sockets.delete(socket));
    const { closeEarly, silent, delayMs } = this.#options;
    if (closeEarly) return void socket.end();
    if (silent) return;
    if (delayMs === undefined) return this.#speak(socket);
    const timer = setTimeout(() => this.#speak(socket), delayMs);
    socket.once('close', () => clearTimeout(timer));
  }

  #speak(socket: Socket): void {
    // One ssh2 server for each connection: its host key can change between two.
    const server = new ssh2.Server({ hostKeys: [this.#hostKeys.privateKey] }, (client) => this.#serve(client));
    server.injectSocket(socket);
  }

  #serve(client: Connection): void {
    let sessions = 0;
    client.on('error', () => {});
    client.on('authentication', (context) => this.#authenticate(context));
    client.on('session', (accept, reject) => {
      if (sessions >= (this.#options.maxSessions ?? Infinity)) return void reject();
      sessions += 1;
      this.mostSessions = Math.max(this.mostSessions, sessions);
      this.#session(accept(), () => (sessions -= 1));
    });
    client.on('openssh.streamlocal', (accept, reject, { socketPath }) => this.#dial(accept, reject, socketPath));
    client.on('tcpip', (accept, reject, { destIP, destPort }) => {
      const socket = connectTcp(destPort, destIP);
      socket
        .once('error', () => reject())
        .once('connect', () => {
          const channel = accept();
          channel.on('error', () => {}).on('close', () => socket.destroy());
          socket.pipe(channel).pipe(socket);
        });
    });
  }

  #dial(accept: () => ServerChannel, reject: () => void, socketPath: string): void {
    this.dialled.push(socketPath);
    if (this.#options.deaf) return;
    const socket = connectTcp({ path: socketPath, allowHalfOpen: true });
    socket
      .once('error', () => reject())
      .once('connect', () => {
        const channel = accept();
        channel.on('error', () => {}).on('close', () => socket.destroySoon());
        socket.on('error', () => {}).once('close', () => channel.end());
        socket.pipe(channel).pipe(socket);
      });
  }

  #authenticate(context: AuthContext): void {
    const key =
      context.method === 'publickey'
        ? `${context.key.algo.replace(/^rsa-sha2-\d+$/, 'ssh-rsa')} ${context.key.data.toString('base64')}`
        : undefined;
    const { refuseLogins, allowedKeys } = this.#options;
    const isAllowed = key !== undefined && (allowedKeys?.some((line) => line.startsWith(key)) ?? true);
    const accepted = !refuseLogins && isAllowed;
    this.logins.push({ user: context.username, method: context.method, ...(key ? { key } : {}), accepted });
    if (accepted) context.accept();
    else context.reject(['publickey']);
  }

  #session(session: Session, closed: () => void): void {
    let pty: PseudoTtyInfo | undefined;
    session.once('close', closed);
    session.on('pty', (accept, _reject, info) => {
      pty = info;
      this.windows.push({ rows: info.rows, cols: info.cols });
      (accept as (() => void) | undefined)?.();
    });
    session.on('window-change', (accept, _reject, info) => {
      this.windows.push({ rows: info.rows, cols: info.cols });
      (accept as (() => void) | undefined)?.();
    });
    session.on('exec', (accept, _reject, { command }) => this.#exec(accept(), command));
    session.on('shell', (accept) => this.#exec(accept(), pty ? 'shell with pty' : 'shell'));
  }

  #exec(channel: ServerChannel, command: string): void {
    const index = this.commands.push(command) - 1;
    this.inputs.push(Buffer.alloc(0));
    const chunks: Buffer[] = [];
    channel.on('error', () => {});
    const answers = this.#options.answers ?? 'run';
    if (answers === 'run') {
      this.#run(channel, command);
      return;
    }
    channel.on('data', (chunk: Buffer) => chunks.push(chunk));
    const answer = (): void => {
      this.inputs[index] = Buffer.concat(chunks);
      const found = typeof answers === 'function' ? answers(command, this.inputs[index]) : answers[command];
      const given = found ?? { code: 127, stderr: `sh: ${command}: not found\n` };
      if (given.delayMs === undefined) this.#answer(channel, given);
      else setTimeout(() => this.#answer(channel, given), given.delayMs);
    };
    if (command.startsWith('shell')) answer();
    else channel.once('end', answer);
  }

  #answer(channel: ServerChannel, answer: Answer): void {
    if (answer.drop) return this.drop();
    if (answer.stderr) channel.stderr.write(answer.stderr);
    if (answer.stdout) channel.write(answer.stdout);
    if (answer.hang) return;
    if (answer.signal) channel.exit(answer.signal);
    else if (!answer.noExit) channel.exit(answer.code ?? 0);
    channel.end();
  }

  #run(channel: ServerChannel, command: string): void {
    // A group of its own, so that a signal reaches the whole of it, as with sshd.
    const child = spawn('sh', ['-c', command], { detached: true, env: this.#options.env ?? process.env });
    // ssh2's Server does not pass signal requests on; a closed channel stands in for them.
    channel.once('close', () => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
        process.kill(-child.pid, 'SIGTERM');
    });
    child.stdin.on('error', () => channel.resume());
    channel.pipe(child.stdin);
    child.stdout.pipe(channel, { end: false });
    child.stderr.pipe(channel.stderr, { end: false });
    child.once('close', (code, signal) => {
      if (signal) channel.exit(signal.replace(/^SIG/, ''));
      else channel.exit(code ?? 0);
      channel.end();
    });
  }
}
