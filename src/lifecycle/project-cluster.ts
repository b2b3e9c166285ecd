import { isDeepStrictEqual } from 'node:util';
import type { ClusterName } from '../cluster-name.js';
import { MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import type { Machine } from '../record.js';
import { commonLabels, differentSettings, isFixed, type Setting } from '../swarm/asked.js';
import type { Cluster, Labels, Member, Role } from '../swarm/contract.js';
import type { EngineWish } from './engine-choice.js';
import type { Program } from './program.js';
import { engineDifferences, refuseOther, shown } from './project-machine.js';
import type { NewMachine } from './swarm-create.js';
import type { Newcomer } from './swarm-membership.js';

export interface ProjectCluster {
  readonly name: ClusterName;
  /** Read when it is needed: its members may be machines of the same file, which are not there before. */
  wish(): Promise<ClusterWish>;
}

export interface ClusterWish {
  readonly wish: Cluster;
  /** The members that are made for the cluster; others are machines of their own. */
  readonly machines: readonly NewMachine[];
}

export interface ClusterChange {
  readonly kind: 'change cluster';
  readonly cluster: ProjectCluster;
  /** An earlier run has not come to its end. */
  readonly isUnfinished: boolean;
  readonly wish: Cluster;
  readonly counts?: Readonly<Record<Role, number>>;
  readonly coming: readonly Newcomer[];
  readonly going: readonly MachineName[];
  /** Labels that all members shall have, and keys of those that none shall have any more. */
  readonly labels?: { readonly set: Labels; readonly unset: readonly string[] };
  readonly settings: readonly Setting[];
  /** What the engines of machines of its own shall be. */
  readonly engine?: EngineWish;
  /** In words: "workers: 1 → 2". */
  readonly differences: readonly string[];
}

const ROLES = ['manager', 'worker'] as const;

/**
 * What has to happen for a cluster that is there to be what the file says; undefined: nothing.
 * @throws MachineError ClusterExists, MachineExists where only a new cluster could be that
 */
export async function clusterChange(cluster: ProjectCluster, program: Program): Promise<ClusterChange | undefined> {
  const [{ wish, machines }, present] = await Promise.all([cluster.wish(), program.clusters.read(cluster.name)]);
  const settings = differentSettings(present, wish);
  if (settings.some(isFixed) || hasOtherPool(present, wish)) throw madeOtherwise(wish);
  const named = wish.members.filter(({ machine }) => !machines.some(({ request }) => request.machine.name === machine));
  const records = await recordsOf(present, program);
  const made = records.filter(
    ({ name }) => !named.some(({ machine }) => machine === name) && isMadeFor(wish.name, name),
  );
  const engine = engineChange(made, machines, wish);
  const labels = labelChange(present, wish);
  const members = memberChange(present, named, machines, wish);
  const isUnfinished = hasWork(present, records);
  const differences = [
    ...(isUnfinished ? ['what an earlier run has begun'] : []),
    ...members.differences,
    ...Object.entries({ ...labels?.set, ...Object.fromEntries((labels?.unset ?? []).map((key) => [key, ''])) }).map(
      ([key, value]) => `label ${key}: ${shown(commonLabels(present)[key])} → ${shown(value)}`,
    ),
    ...settings.map((key) => `${key}: ${shown(present[key])} → ${shown(wish[key])}`),
    ...engine.differences,
  ];
  if (differences.length === 0) return undefined;
  const { counts, coming, going } = members;
  return {
    ...{ kind: 'change cluster', cluster, isUnfinished, wish, coming, going, settings, differences },
    ...(engine.engine ? { engine: engine.engine } : {}),
    ...(counts ? { counts } : {}),
    ...(labels ? { labels } : {}),
  };
}

/** Without one in the file any will do. */
function hasOtherPool(present: Cluster, { addressPool }: Cluster): boolean {
  return addressPool.length > 0 && !isDeepStrictEqual(present.addressPool, addressPool);
}

/** Machines of the cluster's own are named after it. */
export function isMadeFor(cluster: ClusterName, machine: MachineName): boolean {
  const rest = machine.startsWith(`${cluster}-`) ? machine.slice(cluster.length + 1) : '';
  return /^(manager|worker)-\d+$/.test(rest);
}

function madeOtherwise({ name }: Cluster): MachineError {
  return new MachineError('ClusterExists', `cluster "${name}" was made with other settings`, {
    suggestions: [`berth swarm status ${name}`, 'Write into the file what it was made with'],
  });
}

async function recordsOf({ members }: Cluster, { store }: Program): Promise<readonly Machine[]> {
  const records: Machine[] = [];
  for (const { machine } of members) if (await store.exists(machine)) records.push(await store.read(machine));
  return records;
}

function hasWork({ id, members, nodes, leaving, upgrading, tokensDue }: Cluster, records: readonly Machine[]): boolean {
  const isNode = ({ machine }: Member): boolean => nodes.some((node) => node.machine === machine);
  const isReady = ({ machine }: Member): boolean =>
    records.some(({ name, phase }) => name === machine && phase === 'ready');
  const isWhole = id !== undefined && leaving.length === 0 && upgrading.length === 0 && !tokensDue;
  return !isWhole || !members.every((member) => isNode(member) && isReady(member));
}

/** Hosts are what they were made as. @throws MachineError MachineExists */
function engineChange(
  made: readonly Machine[],
  machines: readonly NewMachine[],
  { spread }: Cluster,
): Pick<ClusterChange, 'engine' | 'differences'> {
  const [first] = machines;
  if (!first) return { differences: [] };
  const wanted = first.request.machine;
  const option = spread?.option ?? '';
  const differences = made.flatMap((record) => {
    const options = { ...wanted.options, ...(option === '' ? {} : { [option]: record.options[option] }) };
    refuseOther({ ...wanted, name: record.name, options }, record, first.spec);
    return engineDifferences(record, wanted);
  });
  return differences.length === 0 ? { differences } : { engine: wanted, differences: [...new Set(differences)] };
}

function labelChange(present: Cluster, wish: Cluster): ClusterChange['labels'] | undefined {
  const [is, shall] = [commonLabels(present), commonLabels(wish)];
  const set = Object.fromEntries(Object.entries(shall).filter(([key, value]) => is[key] !== value));
  const unset = Object.keys(is).filter((key) => !(key in shall));
  return Object.keys(set).length + unset.length === 0 ? undefined : { set, unset };
}

function memberChange(
  present: Cluster,
  named: readonly Member[],
  machines: readonly NewMachine[],
  wish: Cluster,
): Pick<ClusterChange, 'coming' | 'going' | 'counts' | 'differences'> {
  const roleOf = (name: MachineName): Role | undefined => present.members.find(({ machine }) => machine === name)?.role;
  const coming = named.filter(({ machine, role }) => roleOf(machine) !== role);
  const strangers = present.members.filter(
    ({ machine }) => !isMadeFor(wish.name, machine) && !named.some((one) => one.machine === machine),
  );
  const isMade = (name: MachineName): boolean => machines.some(({ request }) => request.machine.name === name);
  const madeNow = present.members.filter(
    (one) => !strangers.includes(one) && !named.some(({ machine }) => machine === one.machine),
  );
  const counts = ROLES.map((role) => {
    const is = madeNow.filter((one) => one.role === role).length;
    const shall = wish.members.filter((one) => one.role === role && isMade(one.machine)).length;
    return { role, is, shall };
  });
  const differences = [
    ...counts.filter(({ is, shall }) => is !== shall).map(({ role, is, shall }) => `${role}s: ${is} → ${shall}`),
    ...coming.map(({ machine, role }) => `${machine}: ${roleOf(machine) ?? 'no member'} → ${role}`),
    ...strangers.map(({ machine, role }) => `${machine}: ${role} → no member`),
  ];
  const wanted = Object.fromEntries(counts.map(({ role, shall }) => [role, shall])) as Record<Role, number>;
  return {
    coming: coming.map(({ machine, role, labels }) => ({ machine, role, labels })),
    going: strangers.map(({ machine }) => machine),
    ...(counts.some(({ is, shall }) => is !== shall) ? { counts: wanted } : {}),
    differences,
  };
}
