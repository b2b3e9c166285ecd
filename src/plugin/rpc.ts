import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { MachineError, throwIfCancelled } from '../errors.js';
import { formatSeconds } from '../poll.js';
import { GobDecoder } from './gob/decode.js';
import { GobEncoder, type GobData, type GobType } from './gob/encode.js';
import { messagesOf } from './gob/messages.js';
import { isStruct, malformed, type GobValue } from './gob/types.js';

/** What came back: a reply, or the words with which the method refused. */
export type Outcome =
  { readonly state: 'answered'; readonly reply: GobValue } | { readonly state: 'refused'; readonly words: string };

export interface Argument {
  readonly type: GobType;
  readonly data: GobData;
}

export interface Wait {
  /** As it reads after "waiting for". */
  readonly what: string;
  readonly withinMs: number;
  readonly signal?: AbortSignal | undefined;
}

const REQUEST: GobType = { kind: 'struct', name: 'Request', fields: { ServiceMethod: 'string', Seq: 'uint' } };
/** What net/rpc's server says in one packet; anything longer is something else. */
const LONGEST_GREETING = 4_096;

interface Question {
  resolve(outcome: Outcome): void;
  reject(error: MachineError): void;
}

/** A client of Go's net/rpc over HTTP with its gob codec. Calls run side by side on one connection. */
export class RpcConnection implements Disposable {
  readonly #socket: Socket;
  readonly #encoder = new GobEncoder();
  readonly #questions = new Map<number, Question>();
  #asked = 0;
  #failure: MachineError | undefined;

  private constructor(socket: Socket, chunks: AsyncIterable<Buffer>) {
    this.#socket = socket;
    void this.#listen(chunks).then(
      () => this.fail(connectionLost()),
      (cause: unknown) => this.fail(cause instanceof MachineError ? cause : connectionLost(cause)),
    );
  }

  /** @throws MachineError DriverFailed, TimedOut, Cancelled */
  static async open(address: { readonly host: string; readonly port: number }, wait: Wait): Promise<RpcConnection> {
    const socket = connect(address);
    socket.setNoDelay(true);
    try {
      const chunks = await within(wait, greeted(socket));
      return new RpcConnection(socket, chunks);
    } catch (cause) {
      socket.destroy();
      throw cause instanceof MachineError ? cause : connectionLost(cause);
    }
  }

  /** @throws MachineError TimedOut, Cancelled, and DriverFailed once the connection is lost */
  async call(method: string, { type, data }: Argument, wait: Wait): Promise<Outcome> {
    if (this.#failure) throw this.#failure;
    throwIfCancelled(wait.signal);
    const number = this.#asked;
    this.#asked += 1;
    const answer = new Promise<Outcome>((resolve, reject) => this.#questions.set(number, { resolve, reject }));
    const request = this.#encoder.encode(REQUEST, { ServiceMethod: method, Seq: number });
    this.#socket.write(Buffer.concat([request, this.#encoder.encode(type, data)]));
    try {
      return await within(wait, answer);
    } finally {
      this.#questions.delete(number);
    }
  }

  /** Ends the connection; whoever waits for an answer gets this error. */
  fail(error: MachineError): void {
    this.#failure ??= error;
    for (const question of this.#questions.values()) question.reject(this.#failure);
    this.#questions.clear();
    this.#socket.destroy();
  }

  [Symbol.dispose](): void {
    this.fail(connectionLost());
  }

  async #listen(chunks: AsyncIterable<Buffer>): Promise<void> {
    const messages = messagesOf(chunks);
    const decoder = new GobDecoder(async () => (await messages.next()).value ?? undefined);
    for (;;) {
      const response = await decoder.next();
      if (response === undefined) return;
      const reply = await decoder.next();
      if (reply === undefined) throw malformed('a response without a reply');
      this.#take(response, reply);
    }
  }

  /** Answers may come in any order, and after their time. */
  #take(response: GobValue, reply: GobValue): void {
    if (!isStruct(response)) throw malformed('a response that is no struct');
    const { Seq: number = 0, Error: words = '' } = response;
    if (typeof number !== 'number' || number >= this.#asked) throw malformed('an answer nobody asked for');
    if (typeof words !== 'string') throw malformed('an error that is no text');
    this.#questions.get(number)?.resolve(words === '' ? { state: 'answered', reply } : { state: 'refused', words });
  }
}

/** Asks for the RPC service; the rest of what arrives is gob. @throws MachineError DriverFailed */
async function greeted(socket: Socket): Promise<AsyncIterable<Buffer>> {
  await once(socket, 'connect');
  socket.write('CONNECT /_goRPC_ HTTP/1.0\n\n');
  const chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let text = '';
  for (;;) {
    const next = await chunks.next();
    if (next.done) throw connectionLost();
    text += next.value.toString('latin1');
    const end = /\r?\n\r?\n/.exec(text);
    if (end || text.length > LONGEST_GREETING) {
      if (!end || !/^HTTP\/1\.\d 200 /.test(text)) throw notRpc(text);
      return following(Buffer.from(text.slice(end.index + end[0].length), 'latin1'), chunks);
    }
  }
}

async function* following(first: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first;
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
}

function within<T>({ what, withinMs, signal }: Wait, work: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = (error: MachineError): void => {
      end();
      reject(error);
    };
    const cancel = (): void => stop(new MachineError('Cancelled', 'interrupted'));
    const timeUp = (): void =>
      stop(new MachineError('TimedOut', `timed out after ${formatSeconds(withinMs)} waiting for ${what}`));
    const timer = setTimeout(timeUp, withinMs);
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    };
    if (signal?.aborted) cancel();
    else signal?.addEventListener('abort', cancel, { once: true });
    work.then(resolve, reject).finally(end);
  });
}

function connectionLost(cause?: unknown): MachineError {
  return new MachineError('DriverFailed', 'the connection to the driver is lost', cause === undefined ? {} : { cause });
}

function notRpc(text: string): MachineError {
  const firstLine = text.split('\n')[0]?.slice(0, 200) ?? '';
  return new MachineError('DriverFailed', 'the driver does not speak Go RPC', { cause: new Error(firstLine) });
}
