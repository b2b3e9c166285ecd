import type { Duplex } from 'node:stream';
import { isMachineError, MachineError } from '../errors.js';
import type { Host } from './host.js';

export type Dialer = () => Promise<Host>;

export interface LinkLimits {
  /** A connection that nobody uses is ended after so long, in milliseconds. */
  readonly restMs?: number;
  /** A connection on which nothing can be opened for so long is taken for dead: this computer slept, say. In milliseconds. */
  readonly deafMs?: number;
  /** Whoever asks for a host so soon after it could not be reached is told so again, without another try; in milliseconds. */
  readonly vainMs?: number;
}

const REST_MS = 600_000;
const DEAF_MS = 5_000;
/** The docker client asks three times in a row, and would wait as often. */
const VAIN_MS = 1_000;

export interface Dialled {
  readonly stream: Duplex;
  /** The stream has ended. */
  readonly release: () => void;
}

/** The one connection to a host, made when it is needed and made again when it was lost. */
export class TunnelLinks {
  #current: Link | undefined;

  constructor(
    private readonly connect: Dialer,
    private readonly limits: LinkLimits,
  ) {}

  /** A connection to a socket of the host. @throws MachineError EngineUnreachable, and what connecting throws */
  async dial(path: string): Promise<Dialled> {
    for (let isFirst = true; ; isFirst = false) {
      const link = (this.#current ??= new Link(this.connect, this.limits, (lost) => this.#forget(lost)));
      link.enter();
      try {
        const stream = await link.dial(path);
        return { stream, release: () => link.leave() };
      } catch (error) {
        link.leave();
        if (isMachineError(error, 'EngineUnreachable')) throw error;
        if (!link.isUp) {
          setTimeout(() => this.#forget(link), this.limits.vainMs ?? VAIN_MS).unref();
          throw error;
        }
        this.#forget(link);
        // What was up and is no more is worth another try, once.
        if (!isFirst) throw error;
      }
    }
  }

  /** Whoever comes next gets a new connection; the others keep theirs. */
  renew(): void {
    if (this.#current) this.#forget(this.#current);
  }

  end(): void {
    this.#current?.end();
    this.#current = undefined;
  }

  #forget(link: Link): void {
    if (this.#current === link) this.#current = undefined;
    link.retire();
  }
}

class Link {
  #users = 0;
  #isRetired = false;
  #rest: NodeJS.Timeout | undefined;
  #host: Host | undefined;
  readonly #connecting: Promise<Host>;

  constructor(
    connect: Dialer,
    private readonly limits: LinkLimits,
    private readonly forget: (link: Link) => void,
  ) {
    this.#connecting = connect().then((host) => (this.#host = host));
    this.#connecting.catch(() => {});
  }

  get isUp(): boolean {
    return this.#host !== undefined;
  }

  enter(): void {
    this.#users += 1;
    clearTimeout(this.#rest);
  }

  leave(): void {
    this.#users -= 1;
    if (this.#users > 0) return;
    if (this.#isRetired) this.end();
    else this.#rest = setTimeout(() => this.forget(this), this.limits.restMs ?? REST_MS).unref();
  }

  async dial(path: string): Promise<Duplex> {
    const host = await this.#connecting;
    const deafMs = this.limits.deafMs ?? DEAF_MS;
    return new Promise((resolve, reject) => {
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        reject(new MachineError('HostUnreachable', `no answer over the SSH connection within ${deafMs} ms`));
      }, deafMs);
      host
        .dial(path)
        .then((stream) => (isLate ? void stream.destroy() : resolve(stream)), reject)
        .finally(() => clearTimeout(timer));
    });
  }

  /** Ends once nobody uses it any more. */
  retire(): void {
    this.#isRetired = true;
    if (this.#users === 0) this.end();
  }

  end(): void {
    clearTimeout(this.#rest);
    void this.#connecting.then((host) => host[Symbol.asyncDispose]()).catch(() => {});
  }
}
