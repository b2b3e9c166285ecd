import { Fault, isFault } from '../../src/cloud/fault.js';
import { object, text } from '../../src/cloud/found.js';
import { finished } from '../../src/cloud/never-finished.js';
import { isMachineError, MachineError } from '../../src/errors.js';
import { poll } from '../../src/poll.js';
import { connect, idOf, type Api, type Context } from './client.js';
import { dropletOf } from './droplets.js';
import { isBusy } from './faults.js';
import { isSettling, type DropletMachine } from './handle.js';

export interface Limits {
  /** How long a host may take to shut down before its power is cut, in milliseconds. */
  readonly shutdownMs: number;
}

/** Events of a droplet take their turn; this one follows those under way, in milliseconds. */
const TURN_MS = 180_000;

/** A droplet that runs already takes it well. */
export async function start(machine: DropletMachine, context: Context): Promise<void> {
  const api = await connect(machine, context);
  await bring(machine, { verb: 'power_on', to: 'active', withinMs: TURN_MS, context, api });
}

/** Asks the host to shut down; one that does not listen loses its power. */
export async function stop(machine: DropletMachine, limits: Limits, context: Context): Promise<void> {
  const api = await connect(machine, context);
  try {
    await bring(machine, { verb: 'shutdown', to: 'off', withinMs: limits.shutdownMs, context, api });
  } catch (error) {
    if (!isMachineError(error, 'TimedOut') && !isFault(error, 'other')) throw error;
    context.report.warn(`"${machine.name}" does not shut down: its power is cut`);
    await bring(machine, { verb: 'power_off', to: 'off', withinMs: TURN_MS, context, api });
  }
}

export async function kill(machine: DropletMachine, context: Context): Promise<void> {
  const api = await connect(machine, context);
  await bring(machine, { verb: 'power_off', to: 'off', withinMs: TURN_MS, context, api });
}

interface Bringing {
  readonly verb: string;
  /** DigitalOcean's status. */
  readonly to: string;
  readonly withinMs: number;
  readonly context: Context;
  readonly api: Api;
}

/** Looks first, so that a lost answer is asked for again only where it had no effect. @throws Fault of an action that failed */
async function bring(machine: DropletMachine, { verb, to, withinMs, context, api }: Bringing): Promise<void> {
  let action = 0;
  let refusal: unknown;
  await poll(
    async () => {
      if (action !== 0 && (await isUnderWay(action, verb, api))) return undefined;
      const droplet = await dropletOf(machine, api);
      if (!droplet && !isSettling(machine, context.now())) throw gone(machine);
      if (text(droplet?.['status']) === to) return true;
      if (action !== 0 || !droplet || droplet['locked'] === true) return undefined;
      try {
        const begun = await api.post(`/droplets/${machine.dropletId}/actions`, { type: verb }, 'once');
        action = idOf(object(begun['action']));
      } catch (error) {
        const isUnknown = isBusy(error) || isFault(error, 'unavailable');
        // "Already on", say: the next look tells.
        if (!isUnknown && (!isFault(error, 'input', 'conflict') || refusal !== undefined)) throw error;
        refusal = error;
      }
      return undefined;
    },
    { what: `${machine.name} to be ${to}`, withinMs, lastWords: () => refusal, ...api.rhythm },
  );
}

/** openapi: resources/actions/models/action.yml */
async function isUnderWay(id: number, verb: string, api: Api): Promise<boolean> {
  const action = await api.find(`/actions/${id}`, 'action');
  if (action?.['status'] === 'errored') throw new Fault('other', `the action ${verb} (${id}) has failed`);
  return action?.['status'] === 'in-progress';
}

export function gone({ name }: DropletMachine): MachineError {
  return new MachineError('DriverFailed', `machine "${name}" is gone`, { suggestions: [`berth rm ${name}`] });
}

/** @throws MachineError MachineNotRunning when the create never got so far */
export function made(machine: DropletMachine): DropletMachine {
  return finished(machine, machine.dropletId);
}
