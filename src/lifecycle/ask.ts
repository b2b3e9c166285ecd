import { pingEngine } from '../engine/ping.js';
import type { MachineState } from '../driver.js';
import { endsWithin } from '../poll.js';
import { engineUrl, type Machine } from '../record.js';
import { engineAddress } from './engine-address.js';
import { askThroughSsh } from './engine-socket.js';
import type { Program } from './program.js';
import type { AskState } from './states.js';
import { hasTunnel } from './tunnel-start.js';

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

/** How one machine is, as far as it could be seen. */
export interface Seen {
  /** docker-machine's word: Running, Stopped, Timeout, Error … */
  readonly state: string;
  /** '' unless the machine runs. */
  readonly url: string;
  readonly engineVersion?: string;
  readonly error: string;
}
export const TIMED_OUT: Seen = { state: 'Timeout', url: '', error: '' };

export interface Asking {
  /** Limit of a machine, in milliseconds. */
  readonly timeoutMs: number;
  readonly askState: AskState;
}

/** An engine that has not answered by then may belong to a machine that is off: its provider knows. In milliseconds. */
const PATIENCE_MS = 1_500;

/** An engine that answers proves that its machine runs; only the others cost a question to the provider. */
export async function askMachine(machine: Machine, { timeoutMs, askState }: Asking, program: Program): Promise<Seen> {
  const { signal } = program;
  const { local = false, powers = false } = program.findDriver(machine.driver)?.features ?? {};
  // A machine on this computer that is off needs no knocking at an address nobody has.
  if (local) {
    const state = await askState(machine, program);
    if (state !== 'running') return withState(machine, state, '');
  }
  const engine = askEngine(machine, timeoutMs, program);
  if (!(await endsWithin(PATIENCE_MS, engine)) && powers && !local && !signal.aborted) {
    // What the provider cannot say now, the engine may still.
    const state = await Promise.race([engine.then(() => undefined), askState(machine, program).catch(() => undefined)]);
    if (state !== undefined && state !== 'running' && state !== 'unknown') return withState(machine, state, '');
  }
  const seen = await engine;
  if (typeof seen !== 'string') return seen;
  return signal.aborted ? TIMED_OUT : withState(machine, await askState(machine, program), seen);
}

/** What the engine says of itself; else why it cannot be asked. */
async function askEngine(machine: Machine, timeoutMs: number, program: Program): Promise<Seen | string> {
  const url = engineUrl(machine);
  if (machine.transport.kind === 'ssh' || url === '') return '';
  try {
    // Nobody who only looks starts a tunnel.
    const { version } = (await hasTunnel(machine))
      ? await pingEngine(await engineAddress(machine, program), { timeoutMs, signal: program.signal })
      : await askThroughSsh(machine, timeoutMs, program);
    return { state: 'Running', url, engineVersion: version, error: '' };
  } catch (refusal) {
    return refusal instanceof Error ? refusal.message : String(refusal);
  }
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
