import type { MachineName } from '../name.js';
import type { EngineOptions } from '../record.js';
import { withSettings } from '../swarm/asked.js';
import type { Cluster, Member } from '../swarm/contract.js';
import type { Program } from './program.js';
import { isMadeFor, type ClusterChange } from './project-cluster.js';
import { joinCluster, leaveCluster } from './swarm-change.js';
import { changeCluster } from './swarm-command.js';
import { repairCluster } from './swarm-repair.js';
import { bringAbout } from './swarm-run.js';
import { scaleCluster } from './swarm-scale.js';
import { changeEngines } from './swarm-upgrade.js';

/**
 * What an earlier run left first, then the members, then what is said of all of them. Each part can be run again.
 * @throws MachineError ClusterRefused, QuorumLost, and what the machines' creates throw
 */
export async function changeWholeCluster(change: ClusterChange, program: Program): Promise<void> {
  const { name } = change.cluster;
  const { counts, coming, going, labels, settings, engine } = change;
  if (change.isUnfinished) await repairCluster(name, { forceNewCluster: false }, program);
  if (coming.length > 0) await joinCluster(name, coming, program);
  if (going.length > 0) await leaveCluster(name, going, program);
  if (labels || settings.length > 0)
    await changeCluster(name, program, async (cluster, run) => {
      const changed = withLabels(withSettings(cluster, change.wish), labels ?? { set: {}, unset: [] });
      await program.clusters.write(changed);
      return bringAbout(changed, run);
    });
  if (counts) {
    const { members } = await program.clusters.read(name);
    const others = members.filter(({ machine }) => !isMadeFor(name, machine));
    const countOf = (role: Member['role']): number => counts[role] + others.filter((one) => one.role === role).length;
    await scaleCluster(name, { managers: countOf('manager'), workers: countOf('worker') }, program);
  }
  if (engine) await changeEngines(name, await settingsFor(change, engine, program), program);
}

function withLabels(cluster: Cluster, { set, unset }: NonNullable<ClusterChange['labels']>): Cluster {
  const members = cluster.members.map((member) => ({
    ...member,
    labels: {
      ...Object.fromEntries(Object.entries(member.labels).filter(([key]) => !unset.includes(key))),
      ...set,
    },
    unlabels: [...new Set([...member.unlabels.filter((key) => !(key in set)), ...unset])],
  }));
  return { ...cluster, members };
}

/** Only machines that are the cluster's own; others have a section of theirs. */
async function settingsFor(
  { cluster: { name } }: ClusterChange,
  engine: EngineOptions,
  { clusters }: Program,
): Promise<ReadonlyMap<MachineName, EngineOptions>> {
  const { members } = await clusters.read(name);
  const own = members.filter(({ machine }) => isMadeFor(name, machine));
  return new Map(own.map(({ machine }) => [machine, engine]));
}
