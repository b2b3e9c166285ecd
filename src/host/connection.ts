import type { Duplex } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { isMachineError, MachineError } from '../errors.js';
import { pause } from '../poll.js';

/** How a channel ended; nothing of it is known when the server only closed it. */
export interface Ending {
  readonly code?: number | null;
  /** "SIGTERM" */
  readonly signal?: string;
}

export interface Opened {
  readonly channel: ClientChannel;
  /** Resolves when the channel has closed and its output has been read. */
  readonly ended: Promise<Ending>;
}

type Opener = (client: Client, opened: (error: Error | undefined, channel: ClientChannel) => void) => void;

/** sshd allows 10 sessions on a connection unless told otherwise (MaxSessions); two are left for whoever shares it. */
const MOST_SESSIONS = 8;
/** sshd counts a session a moment longer than it lasts; with room for one alone it refuses the next, this often at most. */
const MOST_REFUSALS = 10;
/** Before the next try, in milliseconds; the second waits twice as long, and so on. */
const PAUSE_MS = 25;

/** A hop that is logged in to, and what its bytes go through. */
export interface Reached {
  readonly client: Client;
  readonly socket: Duplex;
}

/** One live SSH connection: opens channels, keeps to the server's limit, and knows whether it was lost. */
export class Connection {
  #opened = 0;
  #sessions = 0;
  #limit = MOST_SESSIONS;
  #lost: unknown;
  #isClosed = false;
  #hasServed = false;
  readonly #waiting: (() => void)[] = [];
  readonly #closers = new Set<() => void>();

  /** @param hops those on the way, the host itself the last */
  constructor(
    private readonly hops: readonly Reached[],
    readonly name: string,
  ) {
    for (const { client } of hops) {
      client.on('error', (error) => (this.#lost ??= error));
      client.on('close', () => this.onClose());
    }
  }

  get opened(): number {
    return this.#opened;
  }

  get isLost(): boolean {
    return this.#isClosed || this.#lost !== undefined;
  }

  lostError(cause: unknown = this.#lost): MachineError {
    return new MachineError('HostUnreachable', `lost the connection to ${this.name}`, { cause });
  }

  /** A session's channel, as soon as the server has room for one. @throws MachineError HostUnreachable, CommandFailed */
  async session(open: Opener): Promise<Opened> {
    for (let refusals = 1; ; refusals += 1) {
      await this.room();
      try {
        const opened = await this.open(open);
        this.#hasServed = true;
        void opened.ended.then(() => this.leave());
        return opened;
      } catch (error) {
        this.leave();
        // A server with a lower limit says so by refusing; what runs already must end first.
        const mayOpenLater = this.#sessions > 0 || (this.#hasServed && refusals <= MOST_REFUSALS);
        if (!mayOpenLater || !isMachineError(error, 'CommandFailed')) throw error;
        this.#limit = Math.max(1, Math.min(this.#limit, this.#sessions));
        if (this.#sessions === 0) await pause(PAUSE_MS * refusals);
      }
    }
  }

  /** Any channel at once: forwarded connections do not count as sessions. */
  open(open: Opener): Promise<Opened> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(this.lostError());
      this.#opened += 1;
      try {
        open(this.client, (error, channel) => {
          // Listened to at once: a quick command's end can come with the very bytes that say it was started.
          if (!error) resolve({ channel, ended: endingOf(channel) });
          else reject(this.isLost ? this.lostError() : this.refused(error));
        });
      } catch (error) {
        // ssh2 throws where the socket is gone already.
        reject(this.lostError(error));
      }
    });
  }

  /** Calls back once when the connection ends, for whatever reason; the returned function takes that back. */
  onEnd(closer: () => void): () => void {
    if (this.#isClosed) closer();
    else this.#closers.add(closer);
    return () => this.#closers.delete(closer);
  }

  /** Ends at once: nothing is waited for, since every command has been answered or is not wanted any more. */
  end(): void {
    this.onClose();
    for (const { client, socket } of [...this.hops].reverse()) {
      client.end();
      // ssh2 leaves the socket open until the other side has ended it, too: a round trip for nothing.
      socket.destroy();
    }
  }

  private get client(): Client {
    const client = this.hops.at(-1)?.client;
    if (!client) throw new Error('a connection has at least one client');
    return client;
  }

  private refused(cause: Error): MachineError {
    return new MachineError('CommandFailed', `${this.name} opens no further session`, { cause });
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

function endingOf(channel: ClientChannel): Promise<Ending> {
  channel.on('error', () => {});
  return new Promise((resolve) => {
    let ending: Ending = {};
    channel.once('exit', (code: number | null, signal?: string) => (ending = { code, ...(signal ? { signal } : {}) }));
    channel.once('close', () => resolve(ending));
  });
}
