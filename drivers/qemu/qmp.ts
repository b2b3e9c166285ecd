import { createConnection, type Socket } from 'node:net';
import { isMachineError, MachineError, systemCode, throwIfCancelled } from '../../src/errors.js';
import { isObject } from '../../src/json.js';
import { poll } from '../../src/poll.js';
import type { Json, JsonObject } from '../../src/record.js';

/** QEMU is on the same computer: what is not answered within it is not answered, in milliseconds. */
const ANSWER_WITHIN_MS = 20_000;
/** The longest answer, a list of devices say, has some ten thousand characters. */
const LONGEST_LINE = 4_000_000;

export interface QmpEvent {
  readonly event: string;
  readonly data: JsonObject;
}

export interface QmpOptions {
  readonly signal: AbortSignal;
  /** How long greeting and each answer may take, in milliseconds. */
  readonly withinMs?: number;
}

/** The socket of a QEMU process: a path, or the name of a pipe on Windows. Undefined when nobody listens there. */
export async function connectQmp(path: string, options: QmpOptions): Promise<Qmp | undefined> {
  throwIfCancelled(options.signal);
  const socket = await opened(path);
  if (socket === undefined) return undefined;
  const qmp = new Qmp(socket, options);
  try {
    await qmp.greet();
    return qmp;
  } catch (error) {
    qmp[Symbol.dispose]();
    throw error;
  }
}

/** Codes of the system that say that no process holds the socket. */
const NOBODY: readonly (string | undefined)[] = ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'];

async function opened(path: string): Promise<Socket | undefined> {
  const socket = createConnection(path);
  try {
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return socket;
  } catch (cause) {
    socket.destroy();
    if (NOBODY.includes(systemCode(cause))) return undefined;
    throw new MachineError('DriverFailed', 'cannot reach the monitor of qemu', { cause });
  }
}

type Answer = { readonly value: Json } | { readonly refusal: string };

/**
 * One conversation in the QEMU Machine Protocol (qemu's docs/interop/qmp-spec.rst): JSON values, one a line, answers matched
 * by id, events between them.
 */
export class Qmp implements Disposable {
  readonly events: QmpEvent[] = [];
  readonly #answers = new Map<number, Answer>();
  #unfinished = '';
  #greeted = false;
  #ended: Error | undefined;
  #lastId = 0;

  constructor(
    private readonly socket: Socket,
    private readonly options: QmpOptions,
  ) {
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => this.#read(text));
    socket.on('error', (error) => (this.#ended ??= error));
    socket.on('close', () => (this.#ended ??= new Error('qemu has closed its monitor')));
  }

  /** @throws MachineError DriverFailed, TimedOut (another program talks to this machine), Cancelled */
  async greet(): Promise<void> {
    await this.#until('qemu to greet', () => (this.#greeted ? true : undefined));
    await this.execute('qmp_capabilities');
  }

  /** @throws MachineError DriverFailed with qemu's words as cause, TimedOut, Cancelled */
  async execute(command: string, args: JsonObject = {}, withinMs?: number): Promise<Json> {
    const id = ++this.#lastId;
    if (this.#ended) throw ended(command, this.#ended);
    this.socket.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    const answer = await this.#until(`qemu to answer ${command}`, () => this.#answers.get(id), withinMs);
    this.#answers.delete(id);
    if ('refusal' in answer) {
      throw new MachineError('DriverFailed', `qemu refused ${command}`, { cause: new Error(answer.refusal) });
    }
    return answer.value;
  }

  /** A command whose success is that QEMU ends, with or without an answer. */
  async executeLast(command: string): Promise<void> {
    await this.execute(command).catch((error: unknown) => {
      if (!isMachineError(error, 'DriverFailed') || !this.#ended) throw error;
    });
  }

  get hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }

  async #until<T>(what: string, look: () => T | undefined, withinMs = this.options.withinMs): Promise<T> {
    return poll(
      async () => {
        const found = look();
        if (found === undefined && this.#ended) throw ended(what.split(' ').at(-1) ?? '', this.#ended);
        return found;
      },
      { what, withinMs: withinMs ?? ANSWER_WITHIN_MS, everyMs: 1, atMostEveryMs: 20, signal: this.options.signal },
    );
  }

  #read(text: string): void {
    const lines = (this.#unfinished + text).split('\n');
    this.#unfinished = lines.pop() ?? '';
    for (const line of lines.filter((one) => one.trim() !== '')) this.#take(line);
    if (this.#unfinished.length > LONGEST_LINE) this.#fail('qemu sends a line without an end');
  }

  #take(line: string): void {
    const message = parsed(line);
    if (message === undefined) return this.#fail(`qemu sends what is not JSON: ${line.slice(0, 80)}`);
    const { event, id, error } = message;
    if ('QMP' in message) this.#greeted = true;
    else if (typeof event === 'string') this.events.push({ event, data: objectAt(message, 'data') });
    else if (typeof id === 'number' && error !== undefined)
      this.#answers.set(id, { refusal: textAt(message, 'error', 'desc') });
    else if (typeof id === 'number') this.#answers.set(id, { value: message['return'] ?? {} });
  }

  #fail(why: string): void {
    this.#ended ??= new Error(why);
    this.socket.destroy();
  }
}

function ended(command: string, cause: Error): MachineError {
  return new MachineError('DriverFailed', `qemu has ended before it answered ${command}`, { cause });
}

function parsed(line: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function objectAt(message: JsonObject, key: string): JsonObject {
  const value = message[key];
  return isObject(value) ? value : {};
}

function textAt(message: JsonObject, key: string, inner: string): string {
  const value = objectAt(message, key)[inner];
  return typeof value === 'string' ? value : 'no reason given';
}
