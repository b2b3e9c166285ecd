import type { ClusterName } from '../cluster-name.js';
import { MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import type { Program } from './program.js';
import { changeCluster } from './swarm-command.js';
import { clusterOf } from './swarm-membership.js';
import { bringAbout } from './swarm-run.js';
import { withEngineChoice, type UpgradeChoice } from './engine-choice.js';
import { upgradeMachine, type Upgraded } from './upgrade.js';

export type { UpgradeChoice };

export interface MachineUpgraded extends Upgraded {
  /** It was drained meanwhile, where other nodes could take its tasks over. */
  readonly cluster?: ClusterName;
}

/** Upgrades one machine. A member of a cluster is drained before, and filled again once it is healthy. */
export async function upgradeOne(name: MachineName, choice: UpgradeChoice, program: Program): Promise<MachineUpgraded> {
  const machine = await program.store.read(name);
  const cluster = clusterOf(machine);
  const isMember = cluster !== undefined && (await program.clusters.exists(cluster));
  const work = (): Promise<MachineUpgraded> =>
    isMember ? upgradeMember(name, cluster, program) : upgradeMachine(name, program);
  return withEngineChoice(machine, { choice, work }, program);
}

async function upgradeMember(name: MachineName, cluster: ClusterName, program: Program): Promise<MachineUpgraded> {
  let upgraded: Upgraded | undefined;
  const onUpgraded = (one: Upgraded): void => void (upgraded = one.name === name ? one : upgraded);
  const its = { ...program, upgrades: { ...program.upgrades, onUpgraded } };
  await changeCluster(cluster, its, async (record, run) => {
    const due = { ...record, upgrading: [...new Set([...record.upgrading, name])] };
    await program.clusters.write(due);
    return bringAbout(due, run, { upgrades: true });
  });
  if (upgraded) return { ...upgraded, cluster };
  throw new MachineError('ClusterRefused', `machine "${name}" was not reached, and stays due for an upgrade`, {
    suggestions: [`berth swarm status ${cluster}`, `berth swarm upgrade ${cluster}`],
  });
}
