import type { ClusterName } from '../cluster-name.js';
import type { MachineName } from '../name.js';
import type { Program } from './program.js';
import { clusterChange, type ClusterChange, type ProjectCluster } from './project-cluster.js';
import { machineChange, type MachineChange, type ProjectMachine } from './project-machine.js';

export type { ProjectCluster, ProjectMachine };

/** What a file says shall be: every machine and cluster, each as the flags of its create would ask for it. */
export interface Project {
  readonly machines: readonly ProjectMachine[];
  readonly clusters: readonly ProjectCluster[];
}

/** One thing to do. */
export type Change =
  MachineChange | { readonly kind: 'create cluster'; readonly cluster: ProjectCluster } | ClusterChange;

/**
 * What has to happen for the file to be true. Machines and clusters that the file does not name are left alone.
 * @throws MachineError MachineExists, ClusterExists where only a new machine or cluster could be what the file says
 */
export async function planProject(project: Project, program: Program): Promise<readonly Change[]> {
  const machines = await Promise.all(project.machines.map((machine) => machineChange(machine, program)));
  const clusters = await Promise.all(
    project.clusters.map(async (cluster): Promise<Change | undefined> => {
      if (await program.clusters.exists(cluster.name)) return clusterChange(cluster, program);
      // What is wrong with it is told now, and not when its machines are there.
      await cluster.wish();
      return { kind: 'create cluster', cluster };
    }),
  );
  // A machine leaves one cluster before it joins another.
  const isLosing = (change: Change | undefined): boolean =>
    change?.kind === 'change cluster' && change.going.length > 0;
  const inOrder = [...clusters.filter(isLosing), ...clusters.filter((change) => !isLosing(change))];
  return [...machines, ...inOrder].flatMap((change) => (change ? [change] : []));
}

/** Names of everything in the file that is there: what `destroy` removes. */
export async function presentIn(
  project: Project,
  { store, clusters }: Program,
): Promise<{ readonly machines: readonly MachineName[]; readonly clusters: readonly ClusterName[] }> {
  const machines: MachineName[] = [];
  for (const { request } of project.machines)
    if (await store.exists(request.machine.name)) machines.push(request.machine.name);
  const found: ClusterName[] = [];
  for (const { name } of project.clusters) if (await clusters.exists(name)) found.push(name);
  return { machines, clusters: found };
}
