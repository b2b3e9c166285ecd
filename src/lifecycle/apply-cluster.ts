import { isDeepStrictEqual } from 'node:util';
import type { MachineName } from '../name.js';
import { withSettings } from '../swarm/asked.js';
import type { Cluster, Member } from '../swarm/contract.js';
import type { EngineWish } from './engine-choice.js';
import { locked } from './locked.js';
import type { Program } from './program.js';
import { isMadeFor, type ClusterChange } from './project-cluster.js';
import { withRecordedOnly } from './project-machine.js';
import { changeWhoReaches } from './project-ports.js';
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
  if (engine) await changeOwnEngines(change, engine, program);
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

/** Only of machines that are the cluster's own; others have a section of theirs. */
async function changeOwnEngines(
  { cluster: { name } }: ClusterChange,
  wish: EngineWish,
  program: Program,
): Promise<void> {
  const { members } = await program.clusters.read(name);
  const own = members.flatMap(({ machine }) => (isMadeFor(name, machine) ? [machine] : []));
  const reachedOtherwise: MachineName[] = [];
  for (const machine of own)
    await locked(machine, program, async (record) => {
      if (!isDeepStrictEqual(record.engine.allow, wish.engine.allow)) reachedOtherwise.push(machine);
      // For these alone no node is drained.
      await program.store.write({ ...record, engine: withRecordedOnly(record.engine, wish.engine) });
    });
  for (const machine of reachedOtherwise) await changeWhoReaches(machine, program);
  await changeEngines(name, new Map(own.map((machine) => [machine, wish])), program);
}
