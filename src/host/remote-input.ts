import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { ClientChannel } from 'ssh2';
import type { RunOptions } from './host.js';

/** What goes to a program's stdin. A stream's failure is heard from the beginning, also while the channel is not open. */
export class Input {
  #broken: Error | undefined;

  constructor(private readonly input: RunOptions['input']) {
    if (input instanceof Readable) input.on('error', (error) => (this.#broken = error));
  }

  /** Why the input could not be read; a remote end that stops reading is no failure, its exit code tells. */
  async send(channel: ClientChannel, ended: Promise<unknown>): Promise<Error | undefined> {
    const { input } = this;
    if (!(input instanceof Readable)) {
      channel.end(input);
      return undefined;
    }
    input.pipe(channel);
    await Promise.race([ended, finished(input, { writable: false }).catch(() => {})]);
    if (this.#broken) stopRemote(channel);
    await ended;
    input.unpipe(channel).destroy();
    return this.#broken;
  }

  /** Nobody will take it. @throws the reason */
  discard(reason: unknown): never {
    if (this.input instanceof Readable) this.input.destroy();
    throw reason;
  }
}

/** Ends the program and the channel, and waits for neither. */
export function stopRemote(channel: ClientChannel): void {
  // sshd hands signals on to its own children (OpenSSH 7.9 and later), but not for root, whose program ends when it next writes; other servers pass over the request. ssh2's own
  // `signal` does nothing once our side has sent the end of its input, though the protocol allows it (RFC 4254 §6.9).
  const { _client: client, outgoing } = channel as unknown as SignalSender;
  if (outgoing.state === 'open' || outgoing.state === 'eof') client._protocol.signal(outgoing.id, 'TERM');
  channel.close();
  channel.destroy();
  channel.emit('close');
}

interface SignalSender {
  readonly _client: { readonly _protocol: { signal(channel: number, name: string): void } };
  readonly outgoing: { readonly state: string; readonly id: number };
}
