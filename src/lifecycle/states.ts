import type { MachineState } from '../driver.js';
import type { Json, Machine } from '../record.js';
import { callOf, loadedDriver, specOf } from './driver-call.js';
import type { Program } from './program.js';

/** Asks for the state of one of many machines; the program's signal ends the wait for it. @throws what the driver throws */
export type AskState = (machine: Machine, program: Program) => Promise<MachineState>;

/**
 * States of many machines: the first that is asked for brings those of all that the same driver and the same credentials
 * answer for, in one call, which is given up after that many milliseconds where a limit is given. A machine that was never
 * made is what its record says: there is nothing yet.
 */
export function stateAsker(machines: readonly Machine[], together: Program, withinMs?: number): AskState {
  const groups = new Map<string, Promise<ReadonlyMap<string, MachineState>>>();
  let grouped: Promise<readonly (readonly [group: string, machine: Machine])[]> | undefined;
  const all = (): NonNullable<typeof grouped> =>
    (grouped ??= Promise.all(machines.map(async (one) => [await groupOf(one, together), one] as const)));
  return async (machine, program) => {
    const spec = specOf(machine, program);
    if (machine.resource === undefined || spec.features.local || !(await spec.load()).states)
      return machineState(machine, program);
    const group = await groupOf(machine, program);
    const members = (await all()).flatMap(([other, one]) => (other === group ? [one] : []));
    const asked = groups.get(group) ?? statesOf(machine, members, limited(together, withinMs));
    groups.set(group, asked);
    return (await asked).get(machine.name) ?? 'unknown';
  };
}

function limited(program: Program, withinMs: number | undefined): Program {
  if (withinMs === undefined) return program;
  return { ...program, signal: AbortSignal.any([program.signal, AbortSignal.timeout(withinMs)]) };
}

/** Asks the provider for one. A machine that was never finished is what its record says: there is nothing yet. */
export async function machineState(machine: Machine, program: Program): Promise<MachineState> {
  specOf(machine, program);
  if (machine.resource === undefined) return 'stopped';
  const { driver, resource, context } = await callOf(machine, program);
  return driver.state(resource, context);
}

async function statesOf(
  first: Machine,
  machines: readonly Machine[],
  program: Program,
): Promise<ReadonlyMap<string, MachineState>> {
  const spec = specOf(first, program);
  const { driver, context } = await loadedDriver(spec, first.name, { program, keep: async () => {} });
  const made = machines.flatMap(({ name, resource }) => (resource === undefined ? [] : [{ name, resource }]));
  const resources: readonly Json[] = made.map(({ resource }) => resource);
  const states = (await driver.states?.(resources, context)) ?? [];
  return new Map(made.map(({ name }, index) => [name, states[index] ?? 'unknown']));
}

/** Machines with the same are asked for together: the driver parts them by account and region itself. */
async function groupOf({ driver, name }: Machine, { store }: Program): Promise<string> {
  const secrets = await store.secrets(name).catch(() => ({}));
  return JSON.stringify([driver, Object.entries(secrets).sort()]);
}
