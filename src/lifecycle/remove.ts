import { isMachineError } from '../errors.js';
import type { OptionTable, OptionsOf } from '../driver.js';
import type { MachineName } from '../name.js';
import type { Machine } from '../record.js';
import { callOf, loadedDriver, specOf } from './driver-call.js';
import { dropContext } from './entrances.js';
import { whileLocked } from './locked.js';
import type { Program } from './program.js';
import { askOwned } from './questions.js';
import { departSwarm } from './swarm-departure.js';

export interface Removal {
  /** Remove the record even where the machine itself cannot be removed, or the record cannot be read. */
  readonly force: boolean;
  /** All machines that are removed together. */
  readonly together?: readonly MachineName[];
  /** Whoever calls has taken it out of its swarm. */
  readonly leaves?: boolean;
}

/**
 * Removes the machine, its docker context and its record, in this order, so that whatever fails can be repeated.
 * @throws MachineError MachineNotFound (not with force), and what the driver throws
 */
export async function removeMachine(name: MachineName, removal: Removal, program: Program): Promise<void> {
  const { force } = removal;
  const { store } = program;
  if (force && !(await store.exists(name))) return;
  const machine = await readable(name, force, program);
  // Before the lock: work on a cluster takes the locks of its machines, never the other way round.
  if (machine && removal.leaves !== true) await leaveFirst(machine, removal, program);
  await whileLocked(name, program, async () => {
    if (machine) await removeHost(machine, removal, program);
    if (machine) await dropContext({ name, owner: machine.id }, program);
    await store.remove(name);
  });
}

async function readable(name: MachineName, force: boolean, { store, report }: Program): Promise<Machine | undefined> {
  try {
    return await store.read(name);
  } catch (error) {
    if (!force || !isMachineError(error, 'StoreCorrupt')) throw error;
    report.warn(`${error.message}; only the record is removed`);
    return undefined;
  }
}

async function leaveFirst(machine: Machine, { force, together = [] }: Removal, program: Program): Promise<void> {
  try {
    await departSwarm(machine, { together, force }, program);
  } catch (error) {
    if (!force || isMachineError(error, 'Cancelled')) throw error;
    const why = error instanceof Error ? error.message : String(error);
    program.report.warn(`its node may be left in the swarm: ${why}`);
  }
}

/** The record may have changed while we waited for the lock: a create that was just finishing, say. */
async function removeHost(before: Machine, { force }: Removal, program: Program): Promise<void> {
  const { store, report } = program;
  const machine = (await store.exists(before.name)) ? await store.read(before.name) : before;
  try {
    // Also without a handle: what a driver that is not here has made cannot be known.
    specOf(machine, program);
    if (machine.resource === undefined) return await removeUnkept(machine, program);
    const { driver, resource, context } = await callOf(machine, program);
    await report.step('Removing the machine', () => driver.remove(resource, context));
  } catch (error) {
    if (!force || isMachineError(error, 'Cancelled')) throw error;
    report.warn(`the machine itself may be left: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Of a create that was cut off before it kept a handle: what carries the machine's id, if anything does. */
async function removeUnkept(machine: Machine, program: Program): Promise<void> {
  const options = machine.options as OptionsOf<OptionTable>;
  const keep = async (): Promise<void> => {};
  const call = await loadedDriver(specOf(machine, program), machine.name, { program, keep });
  const { driver, context } = call;
  const all = driver.owned ? await program.report.step('Looking for what was made', () => askOwned(options, call)) : [];
  const owned = all.filter(({ machineId }) => machineId === machine.id);
  if (owned.length === 0) return;
  await program.report.step('Removing the machine', async () => driver.discard?.(owned, options, context));
}
