import type { MachineState } from '../driver.js';
import { isMachineError, MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import type { Json, Machine } from '../record.js';
import type { SystemChange, Systems } from '../system.js';
import { callOf, waitForState, type AnyDriver, type DriverCall } from './driver-call.js';
import { locked } from './locked.js';
import { startLocked } from './power.js';
import type { Program } from './program.js';

export interface OsUpgraded extends SystemChange {
  readonly name: MachineName;
}

/**
 * Changes the OS of a machine in place, to the newest image or the one named, and starts it. The new OS is on trial until the
 * engine answers: when it does not, the machine is back on the old one before this fails.
 * @throws MachineError NotSupported, BadUsage for a suspended machine, ProvisionFailed after it went back
 */
export function upgradeOs(name: MachineName, image: string | undefined, program: Program): Promise<OsUpgraded> {
  return locked(name, program, async (machine) => {
    const call = await callOf(machine, program);
    const { driver, resource, context } = call;
    const systems = systemsOf(call);
    const state = await driver.state(resource, context);
    if (state === 'saved') throw suspended(name);
    const change = await program.report.step('Putting the OS beside the one it has', () =>
      systems.place(resource, image, context),
    );
    if (change.from !== change.to) await changeTo(change, { machine, call, systems, state }, program);
    return { name, ...change };
  });
}

interface Candidate {
  readonly machine: Machine;
  readonly call: DriverCall;
  readonly systems: Systems<Json>;
  readonly state: MachineState;
}

async function changeTo(
  { from, to }: SystemChange,
  { machine, call, systems, state }: Candidate,
  program: Program,
): Promise<void> {
  const { driver, resource, context } = call;
  const { report } = program;
  if (state !== 'stopped') await report.step('Stopping the machine', () => driver.stop(resource, context));
  await waitForState(driver, resource, { wanted: 'stopped', name: machine.name, context });
  try {
    const tried = await startLocked(machine, { call: onTrial(call, systems, to), state: 'stopped' }, program);
    await systems.keep(tried.resource ?? null, to, context);
  } catch (error) {
    if (isMachineError(error, 'Cancelled')) throw interrupted(machine, error);
    report.warn(`the OS ${to} does not come up: ${error instanceof Error ? error.message : String(error)}`);
    await goBack(from, { machine, call }, program);
    throw new MachineError('ProvisionFailed', `machine "${machine.name}" is back on its OS ${from}`, { cause: error });
  }
}

/** A start with another OS than the one of the record. */
function onTrial(call: DriverCall, systems: Systems<Json>, image: string): DriverCall {
  const driver: AnyDriver = Object.assign(Object.create(call.driver) as AnyDriver, {
    start: (resource: Json, context: DriverCall['context']) => systems.try(resource, image, context),
  });
  return { ...call, driver };
}

/** By a power cut: what does not come up may not hear its power button either. */
async function goBack(
  from: string,
  { machine, call }: Pick<Candidate, 'machine' | 'call'>,
  program: Program,
): Promise<void> {
  const { report, store } = program;
  report.info(`going back to ${from}`);
  await report.step('Killing the machine', () => call.driver.kill(call.resource, call.context));
  // The trial may have written other ports down than it is started with now.
  const { resource = call.resource } = await store.read(machine.name);
  await startLocked(machine, { call: { ...call, resource }, state: 'stopped' }, program);
}

function systemsOf({ driver, spec }: DriverCall): Systems<Json> {
  if (driver.systems) return driver.systems;
  throw new MachineError('NotSupported', `the OS of machines of ${spec.name} is not berth's own`, {
    suggestions: ['berth upgrade --packages'],
  });
}

function suspended(name: MachineName): MachineError {
  return new MachineError('BadUsage', `machine "${name}" is suspended: what is in its memory fits its OS alone`, {
    suggestions: [`berth resume ${name}`, `berth kill ${name}`],
  });
}

function interrupted({ name }: Machine, cause: MachineError): MachineError {
  return new MachineError('Cancelled', `interrupted while "${name}" had another OS on trial`, {
    suggestions: [`Go back: berth restart ${name}`],
    cause: cause.cause,
  });
}
