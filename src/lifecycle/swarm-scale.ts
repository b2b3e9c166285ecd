import type { ClusterName } from '../cluster-name.js';
import type { MachineName } from '../name.js';
import { commonLabels } from '../swarm/asked.js';
import type { Cluster, Role } from '../swarm/contract.js';
import type { Program } from './program.js';
import { alike, unfinishedMembers } from './swarm-alike.js';
import { changeCluster } from './swarm-command.js';
import { freeNames, growCluster, type NewMachine } from './swarm-create.js';
import { withLeaving } from './swarm-departure.js';
import { memberOf, unmark } from './swarm-membership.js';
import { leftovers, ownMachines, removeOwn } from './swarm-own.js';
import type { RunResult } from './swarm-run.js';
import { spreadMachines, takenValues } from './swarm-spread.js';

export interface Scale {
  readonly managers?: number;
  readonly workers?: number;
}

/** Makes machines like those there are, or removes the youngest, until there are so many. */
export function scaleCluster(name: ClusterName, scale: Scale, program: Program): Promise<RunResult> {
  return changeCluster(name, program, async (cluster, run) => {
    const added = [
      ...(await newMachines(cluster, { role: 'manager', wanted: scale.managers }, program)),
      ...(await newMachines(cluster, { role: 'worker', wanted: scale.workers }, program)),
    ];
    const labels = commonLabels(cluster);
    const members = [
      ...cluster.members,
      ...added.map(({ role, machine }) =>
        memberOf({ role, machine: machine.request.machine.name, labels }, machine.request.machine, cluster.spread),
      ),
    ];
    const going = [...surplus(cluster, 'manager', scale.managers), ...surplus(cluster, 'worker', scale.workers)];
    const unfinished = await unfinishedMembers(cluster, program);
    const grown = await withLeaving({ ...cluster, members }, going, program);
    await program.clusters.write(grown);
    const result = await growCluster(grown, [...unfinished, ...added.map(({ machine }) => machine)], run);
    const gone = await leftovers(grown, program);
    const own = await ownMachines(gone, program);
    await removeOwn(own, run);
    await unmark(
      gone.filter((one) => !own.includes(one)),
      program,
    );
    return result;
  });
}

async function newMachines(
  cluster: Cluster,
  { role, wanted }: { readonly role: Role; readonly wanted: number | undefined },
  program: Program,
): Promise<readonly { readonly role: Role; readonly machine: NewMachine }[]> {
  const present = cluster.members.filter((member) => member.role === role);
  const count = (wanted ?? present.length) - present.length;
  if (count <= 0) return [];
  const taken = new Set([...(await program.store.list()), ...cluster.members.map(({ machine }) => machine)]);
  const pattern = present.at(-1) ?? cluster.members.at(-1);
  if (!pattern) return [];
  const record = await program.store.read(pattern.machine);
  const names = freeNames({ cluster: cluster.name, role, count }, taken);
  const machines = await Promise.all(names.map((name) => alike(record, name as MachineName, program)));
  const spread = spreadMachines(machines, cluster.spread, await takenValues(role, cluster, program));
  return spread.map((machine) => ({ role, machine }));
}

/** The youngest first, and machines that were not made for the cluster last. */
function surplus(cluster: Cluster, role: Role, wanted: number | undefined): readonly MachineName[] {
  const all = cluster.members.filter((member) => member.role === role).map(({ machine }) => machine);
  const isMade = (machine: MachineName): boolean => machine.startsWith(`${cluster.name}-${role}-`);
  const present = [...all.filter((one) => !isMade(one)), ...all.filter(isMade)];
  return wanted === undefined || wanted >= present.length ? [] : present.slice(wanted);
}
