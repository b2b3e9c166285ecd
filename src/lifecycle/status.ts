import { pingEngine } from '../engine/ping.js';
import type { MachineState } from '../driver.js';
import { isMachineError, MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import { pause } from '../poll.js';
import { engineUrl, type Machine } from '../record.js';
import { engineAddress } from './certificates.js';
import { callOf, specOf } from './driver-call.js';
import { forEachBounded } from './each.js';
import { swarmColumn } from './swarm-column.js';
import type { Program } from './program.js';

/** Asks the provider. A machine that was never finished is what its record says: there is nothing yet. */
export async function machineState(machine: Machine, program: Program): Promise<MachineState> {
  specOf(machine, program);
  if (machine.resource === undefined) return 'stopped';
  const { driver, resource, context } = await callOf(machine, program);
  return driver.state(resource, context);
}

/** docker-machine's words for a state; programs compare them. */
export function stateWord(state: MachineState): string {
  return WORDS[state];
}

const WORDS: Readonly<Record<MachineState, string>> = {
  running: 'Running',
  starting: 'Starting',
  stopped: 'Stopped',
  stopping: 'Stopping',
  paused: 'Paused',
  saved: 'Saved',
  error: 'Error',
  gone: 'NotFound',
  unknown: 'Unknown',
};

/** One machine as `ls` shows it. */
export interface Survey {
  readonly name: MachineName;
  /** Undefined when the record cannot be read. */
  readonly machine?: Machine;
  /** The master of its swarm, with "(master)" where that is the machine itself; absent where it is in none. */
  readonly swarm?: string;
  /** docker-machine's word: Running, Stopped, Timeout, Error … */
  readonly state: string;
  /** '' unless the machine runs. */
  readonly url: string;
  /** "28.2.2"; undefined when the engine did not say. */
  readonly engineVersion?: string;
  readonly error: string;
  readonly responseMs: number;
}

/** Machines asked at once: enough for the 60 of a large store, few enough for any ulimit. */
const AT_ONCE = 32;

/** A folder of the store: its record, or why it cannot be read. */
export interface Entry {
  readonly name: MachineName;
  readonly machine?: Machine;
  /** As in Survey. */
  readonly swarm?: string;
  readonly error?: string;
}

/** Every machine of the store, broken records among them. */
export async function readMachines({ store }: Program): Promise<Entry[]> {
  const outcomes = await forEachBounded(await store.list(), AT_ONCE, (name) => store.read(name));
  const swarms = swarmColumn(outcomes.flatMap((outcome) => (outcome.state === 'done' ? [outcome.result] : [])));
  return outcomes.map((outcome) =>
    outcome.state === 'done'
      ? { name: outcome.name, machine: outcome.result, ...swarms.get(outcome.name) }
      : { name: outcome.name, error: messageOf(outcome.error) },
  );
}

/** Asks every engine, in parallel; one machine's trouble is one row. */
export async function surveyMachines(
  entries: readonly Entry[],
  { timeoutMs }: { timeoutMs: number },
  program: Program,
): Promise<Survey[]> {
  const outcomes = await forEachBounded(entries, AT_ONCE, (entry) => surveyOne(entry, timeoutMs, program));
  return outcomes.map((outcome) => (outcome.state === 'done' ? outcome.result : failed(outcome.name, outcome.error)));
}

async function surveyOne(
  { name, machine, swarm, error = '' }: Entry,
  timeoutMs: number,
  program: Program,
): Promise<Survey> {
  if (!machine) return { name, state: 'Error', url: '', error, responseMs: 0 };
  const began = performance.now();
  const seen = await withinLimit(timeoutMs, program.signal, (signal) =>
    askEngine(machine, timeoutMs, { ...program, signal }),
  );
  if (program.signal.aborted) throw new MachineError('Cancelled', 'interrupted');
  return {
    name,
    machine,
    ...(swarm === undefined ? {} : { swarm }),
    ...seen,
    responseMs: Math.round(performance.now() - began),
  };
}

type Seen = Pick<Survey, 'state' | 'url' | 'engineVersion' | 'error'>;

const TIMED_OUT: Seen = { state: 'Timeout', url: '', error: '' };

/** A driver that ends by its signal has timed out, and one that takes no notice of it holds up nothing. */
async function withinLimit(
  timeoutMs: number,
  interrupted: AbortSignal,
  ask: (signal: AbortSignal) => Promise<Seen>,
): Promise<Seen> {
  const limit = AbortSignal.any([interrupted, AbortSignal.timeout(timeoutMs)]);
  const answered = new AbortController();
  const asked = ask(limit).catch((error: unknown) => {
    if (limit.aborted) return TIMED_OUT;
    throw error;
  });
  const timeUp = pause(timeoutMs, AbortSignal.any([interrupted, answered.signal])).then(() => TIMED_OUT);
  return Promise.race([asked, timeUp]).finally(() => answered.abort());
}

/** An engine that answers proves that its machine runs; only the others cost a question to the provider. */
async function askEngine(machine: Machine, timeoutMs: number, program: Program): Promise<Seen> {
  const url = engineUrl(machine);
  // A machine on this computer that is off needs no knocking at an address nobody has.
  if (program.findDriver(machine.driver)?.features.local === true) {
    const state = await machineState(machine, program);
    if (state !== 'running') return withState(machine, state, '');
  }
  let error = '';
  if (machine.transport.kind !== 'ssh' && url !== '') {
    try {
      const { version } = await pingEngine(await engineAddress(machine, program), {
        timeoutMs,
        signal: program.signal,
      });
      return { state: 'Running', url, engineVersion: version, error: '' };
    } catch (refusal) {
      error = refusal instanceof Error ? refusal.message : String(refusal);
    }
  }
  if (program.signal.aborted) return TIMED_OUT;
  return withState(machine, await machineState(machine, program), error);
}

function withState(machine: Machine, state: MachineState, error: string): Seen {
  const running = state === 'running' || state === 'unknown';
  const unfinished =
    machine.phase === 'ready'
      ? ''
      : `unfinished; run create again with the same arguments, or berth rm ${machine.name}`;
  return {
    state: stateWord(state),
    url: running ? engineUrl(machine) : '',
    error: unfinished || (running ? error : ''),
  };
}

function failed({ name, machine }: Entry, error: unknown): Survey {
  if (isMachineError(error, 'Cancelled')) throw error;
  return { name, ...(machine ? { machine } : {}), state: 'Error', url: '', error: messageOf(error), responseMs: 0 };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
