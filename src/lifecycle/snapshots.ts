import type { Snapshot, Snapshots } from '../snapshot.js';
import { MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import type { Json, Machine } from '../record.js';
import { setClock } from './clock.js';
import { callOf, type DriverCall } from './driver-call.js';
import { locked } from './locked.js';
import type { Program } from './program.js';
import { waitForEngine } from './reach.js';

/** Names of states in disks; they stand in command lines and tables. @throws MachineError BadName */
export function parseTag(text: string): string {
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/.test(text)) return text;
  throw new MachineError(
    'BadName',
    `a snapshot's name has letters, digits and . _ -, got ${JSON.stringify(text).slice(0, 40)}`,
  );
}

export async function listSnapshots(name: MachineName, program: Program): Promise<readonly Snapshot[]> {
  const call = await callOf(await program.store.read(name), program);
  return snapshotsOf(call).list(call.resource, call.context);
}

/** @throws MachineError NotSupported, BadName for a tag that is taken */
export function makeSnapshot(name: MachineName, tag: string, program: Program): Promise<Machine> {
  return withSnapshots(name, program, async (machine, call, snapshots) => {
    if ((await snapshots.list(call.resource, call.context)).some((one) => one.tag === tag))
      throw new MachineError('BadName', `machine "${name}" has a snapshot "${tag}" already`, {
        suggestions: [`berth snapshot rm ${name} ${tag}`],
      });
    await program.report.step('Making the snapshot', () => snapshots.make(call.resource, tag, call.context));
    return machine;
  });
}

/** What has happened since the snapshot is lost. */
export function restoreSnapshot(name: MachineName, tag: string, program: Program): Promise<Machine> {
  return withSnapshots(name, program, async (machine, call, snapshots) => {
    await existing(name, tag, () => snapshots.list(call.resource, call.context));
    const resource = await program.report.step('Going back to the snapshot', () =>
      snapshots.restore(call.resource, tag, call.context),
    );
    const restored: Machine = resource === undefined ? machine : { ...machine, resource };
    await program.store.write(restored);
    if ((await call.driver.state(restored.resource ?? null, call.context)) !== 'running') return restored;
    await setClock(restored, program);
    if (restored.phase === 'ready')
      await program.report.step('Waiting for the engine', () => waitForEngine(restored, program));
    return restored;
  });
}

export function removeSnapshot(name: MachineName, tag: string, program: Program): Promise<Machine> {
  return withSnapshots(name, program, async (machine, call, snapshots) => {
    await existing(name, tag, () => snapshots.list(call.resource, call.context));
    await program.report.step('Removing the snapshot', () => snapshots.remove(call.resource, tag, call.context));
    return machine;
  });
}

async function existing(name: MachineName, tag: string, list: () => Promise<readonly Snapshot[]>): Promise<void> {
  if ((await list()).some((one) => one.tag === tag)) return;
  throw new MachineError('BadName', `machine "${name}" has no snapshot "${tag}"`, {
    suggestions: [`berth snapshot ls ${name}`],
  });
}

function withSnapshots(
  name: MachineName,
  program: Program,
  work: (machine: Machine, call: DriverCall, snapshots: Snapshots<Json>) => Promise<Machine>,
): Promise<Machine> {
  return locked(name, program, async (machine) => {
    const call = await callOf(machine, program);
    return work(machine, call, snapshotsOf(call));
  });
}

function snapshotsOf({ driver, spec }: DriverCall): Snapshots<Json> {
  if (driver.snapshots) return driver.snapshots;
  throw new MachineError('NotSupported', `the driver ${spec.name} makes no snapshots`);
}
