import { parseClusterName, type ClusterName } from '../cluster-name.js';
import type { MachineName } from '../name.js';
import { DEFAULT_SWARM, type Machine, type SwarmOptions } from '../record.js';
import type { Availability, Cluster, Member, Role, Spread } from '../swarm/contract.js';
import type { Program } from './program.js';
import { placeOf } from './swarm-place.js';

/** Members of a cluster carry it where docker-machine kept its discovery string: `ls`, `env --swarm` and tools see it there. */
const SCHEME = 'berth://';

export function discoveryOf(name: ClusterName): string {
  return `${SCHEME}${name}`;
}

/** The cluster of `berth swarm` that a machine belongs to by its record; undefined for docker-machine's kind. */
export function clusterOf({ swarm }: Pick<Machine, 'swarm'>): ClusterName | undefined {
  return swarm?.discovery.startsWith(SCHEME) === true
    ? parseClusterName(swarm.discovery.slice(SCHEME.length))
    : undefined;
}

export function swarmOptionsOf(name: ClusterName, role: Role): SwarmOptions {
  return { ...DEFAULT_SWARM, agent: true, master: role === 'manager', discovery: discoveryOf(name) };
}

export interface Newcomer {
  readonly machine: MachineName;
  /** Absent: a member keeps its role, and others become workers. */
  readonly role?: Role;
  readonly labels?: Readonly<Record<string, string>>;
  readonly availability?: Availability;
}

export function memberOf(
  { machine, role = 'worker', labels = {}, availability }: Newcomer,
  record: Pick<Machine, 'driver' | 'options' | 'resource'>,
  spread?: Spread,
): Member {
  const chosen = availability === undefined ? {} : { availability };
  return { machine, role, labels, unlabels: [], ...chosen, ...placeOf(record, spread) };
}

/** Writes into the records of machines that are there which cluster they are in. */
export async function markMembers({ name, members }: Cluster, { store }: Program): Promise<void> {
  for (const { machine, role } of members) {
    if (!(await store.exists(machine))) continue;
    const record = await store.read(machine);
    const isMarked = record.swarm?.discovery === discoveryOf(name) && record.swarm.master === (role === 'manager');
    if (!isMarked) await store.write({ ...record, swarm: swarmOptionsOf(name, role) });
  }
}

/** Of machines that stay when they leave. */
export async function unmark(names: readonly MachineName[], { store }: Program): Promise<void> {
  for (const name of names) {
    if (!(await store.exists(name))) continue;
    const { swarm, ...record } = await store.read(name);
    if (swarm) await store.write(record);
  }
}
