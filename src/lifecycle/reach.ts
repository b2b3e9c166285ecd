import { knock } from '../engine/knock.js';
import { pingEngine, type EngineAddress, type EngineVersion } from '../engine/ping.js';
import { isMachineError, MachineError } from '../errors.js';
import { pause, poll, type PollOptions } from '../poll.js';
import { isProvisioned, type Machine } from '../record.js';
import { engineAddress } from './engine-address.js';
import { askThroughSsh } from './engine-socket.js';
import { portAdvice } from './port-advice.js';
import type { Program } from './program.js';

/** An engine that was restarted with many containers takes its time; docker-machine gave it 30 s. */
const ENGINE_WITHIN_MS = 60_000;
/** Limit of one question, in milliseconds. */
const QUESTION_MS = 5_000;

/** How long an engine is given that does not answer at once, in milliseconds. */
export interface Patience {
  /** While its computer refuses: one that restarts is back soon, and CI systems cannot wait for each that is dead. */
  readonly refusedMs: number;
  /** While nothing is said at all, as on a slow line or a computer with much to do; docker-machine waited 20 s. */
  readonly silentMs: number;
}
const PATIENCE: Patience = { refusedMs: 3_000, silentMs: 10_000 };

/**
 * Asks an engine that is being started on a port where nobody listened before: the question is there when it begins to serve,
 * and the answer two round trips sooner. Whatever goes wrong here is left to the asking afterwards.
 */
export class EarlyQuestion implements Disposable {
  readonly #end = new AbortController();
  #hasArrived = false;
  #answer: Promise<EngineVersion | undefined> | undefined;

  constructor(
    private readonly machine: Machine,
    private readonly program: Program,
  ) {}

  ask(): void {
    this.#answer ??= this.asked().catch(() => undefined);
  }

  /** What an engine answered that is said to serve now; undefined when it was not asked, or does not answer this question. */
  async answer(): Promise<EngineVersion | undefined> {
    if (!this.#hasArrived) return undefined;
    const tooLong = pause(QUESTION_MS, this.#end.signal).then(() => undefined);
    return Promise.race([this.#answer, tooLong]);
  }

  [Symbol.dispose](): void {
    this.#end.abort();
  }

  private async asked(): Promise<EngineVersion | undefined> {
    if (this.machine.transport.kind !== 'tls') return undefined;
    const signal = AbortSignal.any([this.#end.signal, this.program.signal]);
    const engine = await engineAddress(this.machine, this.program);
    const socket = await knock(engine.url, { withinMs: ENGINE_WITHIN_MS, signal });
    this.#hasArrived = socket !== undefined;
    return socket && pingEngine(engine, { timeoutMs: ENGINE_WITHIN_MS, signal, socket });
  }
}

/** Asks until the engine answers, over mutual TLS or through SSH; certificate trouble ends the wait at once. */
export async function waitForEngine(
  machine: Machine,
  program: Program,
  withinMs = ENGINE_WITHIN_MS,
): Promise<EngineVersion> {
  if (machine.transport.kind === 'tunnel') return waitThroughSsh(machine, program, withinMs);
  const engine = await engineAddress(machine, program);
  let refusal: unknown;
  const answering = untilAnswers(
    engine,
    { timeoutMs: QUESTION_MS, onRefusal: (error) => (refusal = error) },
    {
      what: `the engine of ${machine.name} to answer at ${engine.url}`,
      withinMs,
      everyMs: 10,
      atMostEveryMs: 500,
      signal: program.signal,
      lastWords: () => refusal,
    },
  );
  return answering.catch(async (error: unknown) => {
    if (!isMachineError(error, 'TimedOut')) throw error;
    const [open = 'Check that no firewall or security group blocks this port'] = await portAdvice(machine, program);
    throw new MachineError('TimedOut', error.message, {
      cause: error.cause,
      suggestions: [open, `berth ssh ${machine.name} journalctl -u docker -n 50`],
    });
  });
}

/** Each question on a login of its own: who may use the engine is decided then. */
function waitThroughSsh(machine: Machine, program: Program, withinMs: number): Promise<EngineVersion> {
  let refusal: unknown;
  return poll(
    (signal) =>
      askThroughSsh(machine, QUESTION_MS, { ...program, signal }).catch((error: unknown) => {
        if (!isMachineError(error, 'EngineUnreachable') && !isMachineError(error, 'HostUnreachable')) throw error;
        refusal = error.cause ?? error;
        return undefined;
      }),
    {
      what: `the engine of ${machine.name} to answer through SSH`,
      withinMs,
      everyMs: 50,
      atMostEveryMs: 1_000,
      signal: program.signal,
      lastWords: () => refusal,
      suggestions: [
        'Set AllowStreamLocalForwarding to yes in sshd_config of the host',
        `berth ssh ${machine.name} journalctl -u docker -n 50`,
        `berth transport ${machine.name} tls`,
      ],
    },
  );
}

/**
 * Sees that the engine of a machine answers over mutual TLS; one that does not at once gets a short time. Nothing but the
 * engine is asked. Adopted hosts, and engines at a URL, are left to the docker client: berth has not set them up.
 * @throws MachineError EngineUnreachable, CertificateInvalid
 */
export async function reachEngine(machine: Machine, program: Program, patience = PATIENCE): Promise<void> {
  if (!isProvisioned(machine)) return;
  const { refusedMs, silentMs } = patience;
  const began = performance.now();
  const engine = await engineAddress(machine, program);
  let refusal = new MachineError(
    'EngineUnreachable',
    `cannot reach the engine at ${engine.url}: no answer within ${silentMs} ms`,
  );
  const onRefusal = (error: MachineError): void => {
    refusal = error;
    if (performance.now() - began > refusedMs) throw new MachineError('TimedOut', error.message);
  };
  try {
    await untilAnswers(
      engine,
      { timeoutMs: silentMs, onRefusal },
      { what: 'the engine', withinMs: silentMs, everyMs: 100, atMostEveryMs: 500, signal: program.signal },
    );
  } catch (error) {
    if (!isMachineError(error, 'TimedOut')) throw error;
    throw new MachineError('EngineUnreachable', refusal.message, {
      cause: refusal.cause,
      suggestions: [
        `berth status ${machine.name}`,
        ...(await portAdvice(machine, program)),
        `berth provision ${machine.name}`,
      ],
    });
  }
}

interface Asking {
  /** Limit of one question, in milliseconds. */
  readonly timeoutMs: number;
  readonly onRefusal: (error: MachineError) => void;
}

/** Certificate trouble is thrown at once, an engine that does not answer is asked again. */
function untilAnswers(
  engine: EngineAddress,
  { timeoutMs, onRefusal }: Asking,
  wait: PollOptions,
): Promise<EngineVersion> {
  return poll(
    (signal) =>
      pingEngine(engine, { timeoutMs, signal }).catch((error: unknown) => {
        if (!isMachineError(error, 'EngineUnreachable')) throw error;
        onRefusal(error);
        return undefined;
      }),
    wait,
  );
}
