import type { ClusterName } from '../cluster-name.js';
import type { AnyDriverSpec } from '../driver.js';
import { MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import { isProvisioned, type Machine } from '../record.js';
import { callOf, specOf } from './driver-call.js';
import { keepEntrances } from './entrances.js';
import { clustersWith, isRenaming, settleName, withOtherName } from './former-name.js';
import type { Program } from './program.js';
import { refuseUnfinished } from './refuse.js';
import { makesHosts } from './host-connection.js';
import { provisionMachine } from './provision.js';

export interface Renamed {
  readonly name: MachineName;
  readonly formerName: MachineName;
  /** Clusters whose records have followed. */
  readonly clusters: readonly ClusterName[];
  /** The host is off: it gets its name and certificate when it is started. */
  readonly isHostPending: boolean;
}

export interface RenameWish {
  readonly from: MachineName;
  readonly to: MachineName;
}

/** Somebody who works on the machine for longer than this uses it, in milliseconds. */
const IN_USE_MS = 1_000;

/**
 * Gives a machine another name: its folder in one move, then the records of clusters, the docker context, the host's own name
 * and its certificate. Killed in between, the machine has one of the two names, and the same call finishes it.
 * @throws MachineError MachineNotFound, MachineExists, StoreLocked while another process works on it, NotSupported
 */
export async function renameMachine(wish: RenameWish, program: Program): Promise<Renamed> {
  if (wish.from === wish.to) throw new MachineError('BadUsage', `machine "${wish.from}" has that name already`);
  const groups = await clustersWith(wish.from, program);
  return lockedAll(groups, [wish.from, wish.to].sort(), program, () => renameLocked(wish, groups, program));
}

/** Clusters first, then machines, as everything that works on a cluster takes them. */
async function lockedAll<T>(
  clusters: readonly ClusterName[],
  machines: readonly MachineName[],
  program: Program,
  work: () => Promise<T>,
): Promise<T> {
  const options = { signal: program.signal, withinMs: IN_USE_MS };
  const [cluster, ...otherClusters] = clusters;
  if (cluster !== undefined)
    return program.clusters.locked(cluster, () => lockedAll(otherClusters, machines, program, work), options);
  const [machine, ...others] = machines;
  if (machine === undefined) return work();
  return program.store.locked(machine, () => lockedAll([], others, program, work), options);
}

async function renameLocked(wish: RenameWish, groups: readonly ClusterName[], program: Program): Promise<Renamed> {
  const { from, to } = wish;
  const machine = await moved(wish, program);
  for (const name of groups) await program.clusters.write(withOtherName(await program.clusters.read(name), from, to));
  await keepEntrances(machine, program);
  const isHostPending = !(await renameHost(machine, program));
  if (!isHostPending) await settleName(machine, program);
  return { name: to, formerName: from, clusters: groups, isHostPending };
}

/** The record under its new name. Before the move it says where it comes from, so that whoever finds it later knows. */
async function moved({ from, to }: RenameWish, program: Program): Promise<Machine> {
  const { store } = program;
  if (!(await store.exists(from)) && (await store.exists(to))) {
    const begun = await store.read(to);
    if (begun.formerName === from) return rewritten(begun, program);
  }
  const machine = await store.read(from);
  refuse(machine, specOf(machine, program));
  if (isRenaming(machine))
    throw new MachineError('MachineExists', `machine "${from}" is still being renamed`, {
      suggestions: [`berth rename ${machine.formerName ?? ''} ${from}`],
    });
  if (await store.exists(to))
    throw new MachineError('MachineExists', `machine "${to}" already exists`, { suggestions: ['berth ls'] });
  await store.write({ ...machine, formerName: from });
  await store.rename(from, to);
  // Whoever served it ends, since it is not where it was.
  await store.removeFile(to, 'docker.sock');
  return rewritten(await store.read(to), program);
}

/** docker-machine believes the name and the paths that stand in the record. */
async function rewritten(machine: Machine, { store }: Program): Promise<Machine> {
  await store.write(machine);
  return machine;
}

function refuse(machine: Machine, spec: AnyDriverSpec): void {
  refuseUnfinished(machine);
  // A driver binary finds its host by the name, and keeps files of its own beside the record.
  if (spec.features.powers && !spec.features.plantsKeys)
    throw new MachineError('NotSupported', `machines of the driver binary "${spec.name}" cannot be renamed`);
}

/** Certificate and host name, as provisioning brings them about; false while the host is off. */
async function renameHost(machine: Machine, program: Program): Promise<boolean> {
  const spec = specOf(machine, program);
  if (!spec.features.ssh || !isProvisioned(machine)) return true;
  if (spec.features.powers) {
    const { driver, resource, context } = await callOf(machine, program);
    if ((await driver.state(resource, context)) !== 'running') return false;
  }
  await provisionMachine(machine, { renew: false, setHostname: makesHosts(spec) }, program);
  return true;
}
