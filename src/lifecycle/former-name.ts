import type { ClusterName } from '../cluster-name.js';
import type { MachineName } from '../name.js';
import type { Machine } from '../record.js';
import type { Cluster } from '../swarm/contract.js';
import { dropContext } from './entrances.js';
import type { Program } from './program.js';

/** Whether a rename has moved the record and what else has the name is still to follow. */
export function isRenaming({ name, formerName }: Machine): boolean {
  return formerName !== undefined && formerName !== name;
}

/** The clusters whose records mention the machine. */
export async function clustersWith(name: MachineName, { clusters }: Program): Promise<ClusterName[]> {
  const all = await Promise.all((await clusters.list()).map((cluster) => clusters.read(cluster)));
  return all.filter((cluster) => withOtherName(cluster, name, name) !== cluster).map((cluster) => cluster.name);
}

/** The same cluster where it does not know the machine. */
export function withOtherName(cluster: Cluster, from: MachineName, to: MachineName): Cluster {
  const { members, leaving, nodes, initOn } = cluster;
  const isKnown =
    initOn === from || leaving.includes(from) || [...members, ...nodes].some(({ machine }) => machine === from);
  if (!isKnown) return cluster;
  const now = (name: MachineName): MachineName => (name === from ? to : name);
  return {
    ...cluster,
    ...(initOn === undefined ? {} : { initOn: now(initOn) }),
    members: members.map((member) => ({ ...member, machine: now(member.machine) })),
    leaving: leaving.map(now),
    nodes: nodes.map((node) => ({ ...node, machine: now(node.machine) })),
  };
}

/** The rename is over, once the host has its name: nothing is left to do but what records of clusters still want. */
export async function settleName(machine: Machine, program: Program): Promise<Machine> {
  const { formerName, ...settled } = machine;
  if (formerName === undefined) return machine;
  if (formerName !== machine.name) {
    if ((await clustersWith(formerName, program)).length > 0) return machine;
    await dropContext({ name: formerName, owner: machine.id, successor: machine.name }, program);
  }
  await program.store.write(settled);
  return settled;
}
