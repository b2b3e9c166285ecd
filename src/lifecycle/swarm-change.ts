import type { ClusterName } from '../cluster-name.js';
import { MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import type { Cluster, Member } from '../swarm/contract.js';
import { planDissolve } from '../swarm/plan-end.js';
import { dropContext } from './entrances.js';
import type { Program } from './program.js';
import { changeCluster, contextOwner, withCluster } from './swarm-command.js';
import { withLeaving } from './swarm-departure.js';
import { clusterOf, markMembers, memberOf, unmark, type Newcomer } from './swarm-membership.js';
import { readClusterFacts } from './swarm-facts.js';
import { leftovers, ownMachines, removeOwn } from './swarm-own.js';
import { bringAbout, carryOut, type Run, type RunResult } from './swarm-run.js';

/** Machines that are there become members, or members get another role. @throws MachineError ClusterRefused */
export function joinCluster(name: ClusterName, newcomers: readonly Newcomer[], program: Program): Promise<RunResult> {
  return changeCluster(name, program, async (cluster, run) => {
    const members = [...cluster.members];
    for (const newcomer of newcomers) {
      const record = await program.store.read(newcomer.machine);
      const other = clusterOf(record);
      if (other !== undefined && other !== name) throw inAnother(newcomer.machine, other);
      const index = members.findIndex(({ machine }) => machine === newcomer.machine);
      const member = memberOf(newcomer, record, cluster.spread);
      if (index < 0) members.push(member);
      else members[index] = changed(members[index] ?? member, newcomer);
    }
    const names = new Set(members.map(({ machine }) => machine));
    const grown = { ...cluster, members, leaving: cluster.leaving.filter((one) => !names.has(one)) };
    await program.clusters.write(grown);
    await markMembers(grown, program);
    return bringAbout(grown, run);
  });
}

/** A member keeps what nobody says anything about. */
function changed(member: Member, { role, labels, availability }: Newcomer): Member {
  return {
    ...member,
    role: role ?? member.role,
    labels: { ...member.labels, ...labels },
    ...(availability === undefined ? {} : { availability }),
  };
}

/** Members leave and stay machines. @throws MachineError ClusterRefused when the managers left would be too few */
export function leaveCluster(name: ClusterName, names: readonly MachineName[], program: Program): Promise<RunResult> {
  return changeCluster(name, program, async (cluster, run) => {
    for (const machine of names) refuseStranger(cluster, machine);
    await unmark(names, program);
    return bringAbout(await withLeaving(cluster, names, program), run);
  });
}

/** Ends the swarm; machines that berth made are removed unless they shall be kept. */
export function removeCluster(
  name: ClusterName,
  { keep }: { keep: boolean },
  program: Program,
): Promise<readonly MachineName[]> {
  return withCluster(name, program, async (run) => {
    const cluster = await program.clusters.read(name);
    const names = [...cluster.members.map(({ machine }) => machine), ...(await leftovers(cluster, program))];
    const own = keep ? [] : await ownMachines(names, program);
    const staying = names.filter((one) => !own.includes(one));
    if (staying.length > 0) await dissolve(cluster, run);
    await unmark(staying, program);
    await removeOwn(own, run);
    await dropContext({ name, owner: contextOwner(name) }, program);
    await program.clusters.remove(name);
    return own;
  });
}

/** What does not answer is left as it is: there is no swarm any more that could miss it. */
async function dissolve(cluster: Cluster, run: Run): Promise<void> {
  const plan = planDissolve(cluster, await readClusterFacts(cluster, run.links));
  await carryOut(plan, cluster, run);
  for (const name of plan.waitingFor)
    run.program.report.warn(`${name} does not answer, and may still take itself for a member`);
}

function refuseStranger({ name, members, leaving }: Cluster, machine: MachineName): void {
  if (members.some((member) => member.machine === machine) || leaving.includes(machine)) return;
  throw new MachineError('ClusterRefused', `machine "${machine}" is no member of cluster "${name}"`, {
    suggestions: [`berth swarm status ${name}`],
  });
}

function inAnother(machine: MachineName, cluster: ClusterName): MachineError {
  return new MachineError('ClusterRefused', `machine "${machine}" is a member of cluster "${cluster}"`, {
    suggestions: [`berth swarm leave ${cluster} ${machine}`],
  });
}
