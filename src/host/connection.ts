import type { Client, ClientChannel } from 'ssh2';
import { isMachineError, MachineError } from '../errors.js';

/** sshd allows 10 sessions on a connection unless told otherwise (MaxSessions); two are left for whoever shares it. */
const MOST_SESSIONS = 8;

type Opener = (client: Client, opened: (error: Error | undefined, channel: ClientChannel) => void) => void;

/** One live SSH connection: opens channels, keeps to the server's limit, and knows whether it was lost. */
export class Connection {
  #opened = 0;
  #sessions = 0;
  #limit = MOST_SESSIONS;
  #lost: unknown;
  #isClosed = false;
  readonly #waiting: (() => void)[] = [];
  readonly #closers = new Set<() => void>();

  /** @param clients the hops on the way, the host's own client the last */
  constructor(
    private readonly clients: readonly Client[],
    readonly name: string,
  ) {
    for (const client of clients) {
      client.on('error', (error) => (this.#lost ??= error));
      client.on('close', () => this.onClose());
    }
  }

  get opened(): number {
    return this.#opened;
  }

  /** A session's channel, as soon as the server has room for one. @throws MachineError HostUnreachable */
  async session(open: Opener): Promise<ClientChannel> {
    for (;;) {
      await this.room();
      try {
        const channel = await this.open(open);
        channel.once('close', () => this.leave());
        return channel;
      } catch (error) {
        this.leave();
        // A server with a lower limit says so by refusing; what runs already must end first.
        if (this.#sessions === 0 || !isMachineError(error, 'CommandFailed')) throw error;
        this.#limit = Math.max(1, Math.min(this.#limit, this.#sessions));
      }
    }
  }

  /** Any channel at once: forwarded connections do not count as sessions. */
  open(open: Opener): Promise<ClientChannel> {
    if (this.#isClosed) return Promise.reject(this.lostError());
    return new Promise((resolve, reject) => {
      this.#opened += 1;
      open(this.client, (error, channel) => {
        if (!error) return resolve(channel);
        if (this.#isClosed || !('reason' in error)) return reject(this.lostError(error));
        reject(new MachineError('CommandFailed', `${this.name} opens no more sessions`, { cause: error }));
      });
    });
  }

  get isLost(): boolean {
    return this.#isClosed || this.#lost !== undefined;
  }

  lostError(cause: unknown = this.#lost): MachineError {
    return new MachineError('HostUnreachable', `lost the connection to ${this.name}`, { cause });
  }

  /** Called once when the connection ends, for whatever reason. */
  onEnd(closer: () => void): () => void {
    if (this.#isClosed) closer();
    else this.#closers.add(closer);
    return () => this.#closers.delete(closer);
  }

  /** Ends at once: nothing is waited for, since every command has been answered or is not wanted any more. */
  end(): void {
    this.onClose();
    for (const client of [...this.clients].reverse()) client.end().destroy();
  }

  private get client(): Client {
    const client = this.clients.at(-1);
    if (!client) throw new Error('a connection has at least one client');
    return client;
  }

  private async room(): Promise<void> {
    while (this.#sessions >= this.#limit && !this.#isClosed) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    if (this.#isClosed) throw this.lostError();
    this.#sessions += 1;
  }

  private leave(): void {
    this.#sessions -= 1;
    this.#waiting.shift()?.();
  }

  private onClose(): void {
    this.#isClosed = true;
    for (const closer of this.#closers) closer();
    this.#closers.clear();
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
