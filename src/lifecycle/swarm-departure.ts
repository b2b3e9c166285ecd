import { MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import type { Machine } from '../record.js';
import type { Cluster } from '../swarm/contract.js';
import { dropContext } from './entrances.js';
import type { Program } from './program.js';
import { contextOwner, keepClusterContext, withCluster } from './swarm-command.js';
import { leaveSwarm, type Leaving } from './swarm-leave.js';
import { clusterOf } from './swarm-membership.js';
import { bringAbout, type Run } from './swarm-run.js';

/**
 * Takes a machine that will be removed out of its swarm, of whatever kind.
 * @throws MachineError ClusterRefused when the managers that stay would be too few
 */
export async function departSwarm(machine: Machine, leaving: Leaving, program: Program): Promise<void> {
  const name = clusterOf(machine);
  if (name === undefined) return leaveSwarm(machine, leaving, program);
  await withCluster(name, program, async (run) => {
    if (!(await program.clusters.exists(name))) return;
    const cluster = await program.clusters.read(name);
    const isGoing = (one: MachineName): boolean => one === machine.name || leaving.together.includes(one);
    const going = cluster.members.map((member) => member.machine).filter(isGoing);
    // Whoever was removed first took all of them out.
    if (!going.includes(machine.name)) return;
    await letGo(cluster, going, { run, force: leaving.force });
  });
}

async function letGo(
  cluster: Cluster,
  going: readonly MachineName[],
  { run, force }: { readonly run: Run; readonly force: boolean },
): Promise<void> {
  const { program, clusters } = run;
  const { name, members } = cluster;
  const staying = members.filter(({ machine }) => !going.includes(machine));
  if (staying.length === 0) {
    await dropContext({ name, owner: contextOwner(name) }, program);
    await clusters.remove(name);
    return;
  }
  if (!staying.some(({ role }) => role === 'manager') && !force) throw lastManagers(cluster, staying.length);
  await bringAbout(await withLeaving(cluster, going, program), run);
  await keepClusterContext(name, program);
}

/** The members move to the list of those who shall leave. */
export async function withLeaving(
  cluster: Cluster,
  names: readonly MachineName[],
  { clusters }: Program,
): Promise<Cluster> {
  const members = cluster.members.filter(({ machine }) => !names.includes(machine));
  const changed = { ...cluster, members, leaving: [...new Set([...cluster.leaving, ...names])] };
  await clusters.write(changed);
  return changed;
}

function lastManagers({ name }: Cluster, count: number): MachineError {
  const left = count === 1 ? '1 worker' : `${count} workers`;
  return new MachineError('ClusterRefused', `cluster "${name}" would have no manager, and ${left}`, {
    suggestions: [`berth swarm rm ${name}`, `berth swarm scale ${name} --workers 0`],
  });
}
