import { isMachineError, MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import type { Machine } from '../record.js';
import { askMachine, TIMED_OUT, type Asking, type Seen } from './ask.js';
import { forEachBounded } from './each.js';
import type { Program } from './program.js';
import { stateAsker } from './states.js';
import { swarmColumn } from './swarm-column.js';
import { isExpired } from './time-left.js';

export { stateWord } from './ask.js';
export { machineState } from './states.js';

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
  const machines = entries.flatMap(({ machine }) => machine ?? []);
  // Longer than any machine is waited for: what nobody waits for any more ends too.
  const endMs = (timeoutMs + 1_000) * Math.ceil((entries.length + 1) / AT_ONCE);
  const askState = stateAsker(machines, program, endMs);
  const outcomes = await forEachBounded(entries, AT_ONCE, (entry) =>
    surveyOne(entry, { timeoutMs, askState }, program),
  );
  return outcomes.map((outcome) => (outcome.state === 'done' ? outcome.result : failed(outcome.name, outcome.error)));
}

async function surveyOne(
  { name, machine, swarm, error = '' }: Entry,
  asking: Asking,
  program: Program,
): Promise<Survey> {
  if (!machine) return { name, state: 'Error', url: '', error, responseMs: 0 };
  // Of every start, where performance.now() would first load what measures it.
  const began = process.hrtime.bigint();
  const seen = await withinLimit(asking.timeoutMs, program.signal, (signal) =>
    askMachine(machine, asking, { ...program, signal }),
  );
  if (program.signal.aborted) throw new MachineError('Cancelled', 'interrupted');
  return {
    name,
    machine,
    ...(swarm === undefined ? {} : { swarm }),
    ...seen,
    error: seen.error || (isExpired(machine, program.now()) ? `its time is over; berth rm ${name}` : ''),
    responseMs: Math.round(Number(process.hrtime.bigint() - began) / 1e6),
  };
}

/** A driver that ends by its signal has timed out, and one that takes no notice of it holds up nothing. */
async function withinLimit(
  timeoutMs: number,
  interrupted: AbortSignal,
  ask: (signal: AbortSignal) => Promise<Seen>,
): Promise<Seen> {
  // Not asked at all: an engine that is quick would answer before a timer of 0 ms fires, now and then.
  if (timeoutMs === 0 || interrupted.aborted) return TIMED_OUT;
  const limit = new AbortController();
  const end = (): void => limit.abort();
  const timer = setTimeout(end, timeoutMs);
  interrupted.addEventListener('abort', end);
  const timeUp = new Promise<Seen>((resolve) => limit.signal.addEventListener('abort', () => resolve(TIMED_OUT)));
  const asked = ask(limit.signal).catch((error: unknown) => {
    if (limit.signal.aborted) return TIMED_OUT;
    throw error;
  });
  return Promise.race([asked, timeUp]).finally(() => {
    clearTimeout(timer);
    interrupted.removeEventListener('abort', end);
  });
}

function failed({ name, machine }: Entry, error: unknown): Survey {
  if (isMachineError(error, 'Cancelled')) throw error;
  return { name, ...(machine ? { machine } : {}), state: 'Error', url: '', error: messageOf(error), responseMs: 0 };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
