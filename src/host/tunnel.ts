import { watch } from 'node:fs';
import { chmod, rename, rm, stat } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { Duplex } from 'node:stream';
import { MachineError } from '../errors.js';
import { refuse } from './refusal.js';
import { TunnelLinks, type Dialer, type LinkLimits } from './tunnel-links.js';

export interface TunnelRequest extends LinkLimits {
  /** Where clients of this computer connect. Whatever is there is replaced: the last one to come is the tunnel. */
  readonly socketPath: string;
  /** The socket on the host. */
  readonly remotePath: string;
  /** One connection for all clients; asked for again when it was lost. */
  readonly connect: Dialer;
  /** Ends itself when nobody was connected for so long, in milliseconds; 0 never does. */
  readonly idleMs: number;
  /** How often it is looked whether the socket still is there, besides being told by the system; in milliseconds. */
  readonly lookEveryMs?: number;
  /** Told when something in the socket's folder changes. */
  readonly onChange?: () => void;
}

export interface Tunnel extends AsyncDisposable {
  /** Resolves once nobody is served any more, for whatever reason. */
  readonly ended: Promise<void>;
  /** The connection to the host is made anew for whoever comes next: it has another address, say. */
  reconnect(): void;
}

/** Of system calls that tell of changes none is told on some network file systems. */
const LOOK_EVERY_MS = 30_000;

/**
 * Carries each connection to a unix socket of this computer to one of a host, all of them through one SSH connection. It serves
 * as long as the socket at its path is its own, so that a second one takes its place, and it ends where the folder is removed.
 * @throws MachineError StoreUnusable when nothing can be listened on there
 */
export async function openTunnel(request: TunnelRequest): Promise<Tunnel> {
  const tunnel = new RunningTunnel(request);
  await tunnel.listen();
  return tunnel;
}

class RunningTunnel implements Tunnel {
  readonly ended: Promise<void>;
  #end: () => void = () => {};
  #isEnding = false;
  #inode = 0;
  #idle: NodeJS.Timeout | undefined;
  #stopLooking: () => void = () => {};
  readonly #clients = new Set<Socket>();
  readonly #links: TunnelLinks;
  readonly #server: Server;

  constructor(private readonly request: TunnelRequest) {
    this.ended = new Promise((resolve) => (this.#end = resolve));
    this.#links = new TunnelLinks(request.connect, request);
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
  }

  async listen(): Promise<void> {
    const { socketPath } = this.request;
    // Made beside and moved into its place: nobody finds a socket that others may use, or none where there was one.
    const beside = join(dirname(socketPath), `.${randomBytes(4).toString('hex')}`);
    try {
      await new Promise<void>((resolve, reject) => this.#server.once('error', reject).listen(beside, resolve));
      await chmod(beside, 0o600);
      this.#inode = (await stat(beside)).ino;
      await rename(beside, socketPath);
    } catch (cause) {
      this.#server.close();
      throw new MachineError('StoreUnusable', `cannot listen on ${socketPath}`, { cause });
    }
    this.#lookAfterSocket();
    this.#rest();
  }

  reconnect(): void {
    this.#links.renew();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#withdraw();
    this.#drop();
    await this.ended;
  }

  /** Whoever comes from now on finds no socket, rather than one that nobody serves. */
  async #withdraw(): Promise<void> {
    if ((await this.#inodeThere()) === this.#inode) await rm(this.request.socketPath, { force: true });
    this.#leave();
  }

  /** No new clients; those that are there are served until they go. */
  #leave(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#stopLooking();
    clearTimeout(this.#idle);
    this.#server.close();
    if (this.#clients.size === 0) this.#finish();
  }

  #finish(): void {
    this.#links.end();
    this.#end();
  }

  #accept(socket: Socket): void {
    clearTimeout(this.#idle);
    this.#clients.add(socket);
    socket
      .on('error', () => {})
      .once('close', () => {
        this.#clients.delete(socket);
        if (this.#clients.size > 0) return;
        if (this.#isEnding) this.#finish();
        else this.#rest();
      });
    this.#carry(socket).catch((error: unknown) => refuse(socket, error));
  }

  async #carry(socket: Socket): Promise<void> {
    const { stream, release } = await this.#links.dial(this.request.remotePath);
    stream.once('close', release);
    if (socket.destroyed) return void stream.destroy();
    joinStreams(socket, stream);
  }

  #rest(): void {
    const { idleMs } = this.request;
    if (idleMs > 0) this.#idle = setTimeout(() => void this.#withdraw(), idleMs);
  }

  #lookAfterSocket(): void {
    const { socketPath, lookEveryMs = LOOK_EVERY_MS, onChange } = this.request;
    const look = (): void => void this.#look();
    const watcher = watch(dirname(socketPath), { persistent: false }, () => {
      look();
      onChange?.();
    }).on('error', look);
    const timer = setInterval(look, lookEveryMs).unref();
    this.#stopLooking = () => {
      watcher.close();
      clearInterval(timer);
    };
  }

  async #look(): Promise<void> {
    const inode = await this.#inodeThere();
    if (inode === this.#inode) return;
    this.#leave();
    // Another tunnel's socket: ours still serves whom it has. None at all: the host is gone, too, and would never answer them.
    if (inode === undefined) this.#drop();
  }

  #drop(): void {
    for (const client of this.#clients) client.destroy();
  }

  async #inodeThere(): Promise<number | undefined> {
    const found = await stat(this.request.socketPath).catch(() => undefined);
    return found?.ino;
  }
}

/** Each side's end is passed on by itself: `docker run -i` ends its input long before it has read all output. */
function joinStreams(socket: Socket, stream: Duplex): void {
  stream.on('error', () => {}).once('close', () => socket.destroySoon());
  socket.once('close', () => stream.destroy());
  socket.pipe(stream).pipe(socket);
}
