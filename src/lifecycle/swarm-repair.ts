import type { ClusterName } from '../cluster-name.js';
import { isMachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import type { Cluster } from '../swarm/contract.js';
import type { ClusterFacts } from '../swarm/facts.js';
import { planForceNewCluster } from '../swarm/plan-end.js';
import { callOf } from './driver-call.js';
import { forEachBounded, resultsOf } from './each.js';
import { startMachine } from './power.js';
import type { Program } from './program.js';
import { makesHosts } from './host-connection.js';
import { removeMachine } from './remove.js';
import { reprovision } from './reprovision.js';
import { planAnew, unfinishedMembers } from './swarm-alike.js';
import { changeCluster } from './swarm-command.js';
import { growCluster } from './swarm-create.js';
import { readClusterFacts } from './swarm-facts.js';
import { bringAbout, carryOut, type Run, type RunResult } from './swarm-run.js';

const AT_ONCE = 8;
/** What an upgrade that was ended has left. */
const UPGRADES = { upgrades: true };

export interface Repair {
  /** What only the lost managers knew is lost. */
  readonly forceNewCluster: boolean;
}

/**
 * Brings machines back that are off, makes those anew that are gone at their provider, then the swarm what it shall be.
 * @throws MachineError QuorumLost, ClusterRefused
 */
export function repairCluster(name: ClusterName, { forceNewCluster }: Repair, program: Program): Promise<RunResult> {
  return changeCluster(name, program, async (cluster, run) => {
    const before = await readClusterFacts(cluster, run.links);
    const silent = cluster.members.map(({ machine }) => machine).filter((one) => !isReachable(before, one));
    const gone = await bringAllBack(silent, run);
    const begun = forceNewCluster ? await beginAnew(cluster, run) : cluster;
    // What costs money waits until the swarm has shown that it can take newcomers in.
    const healed = await bringAbout(begun, run);
    for (const machine of gone) await clearAway(machine, cluster, run);
    const missing = await unfinishedMembers(healed.cluster, program);
    const grown = missing.length === 0 ? healed : await growCluster(healed.cluster, missing, run);
    const upgraded = grown.cluster.upgrading.length === 0 ? grown : await bringAbout(grown.cluster, run, UPGRADES);
    const rounds = [...new Set([healed, grown, upgraded])];
    return { ...upgraded, done: rounds.flatMap(({ done }) => done) };
  });
}

/** Those that are gone at their providers. */
async function bringAllBack(silent: readonly MachineName[], run: Run): Promise<readonly MachineName[]> {
  const outcomes = await forEachBounded(silent, AT_ONCE, async (machine) => {
    const isGone = await bringBack(machine, run);
    return isGone ? [machine] : [];
  });
  return resultsOf(outcomes).flat();
}

/** Whether it is gone at its provider. What cannot be brought back otherwise is told; the swarm goes on without it. */
async function bringBack(machine: MachineName, { program, links }: Run): Promise<boolean> {
  const its = { ...program, report: program.report.forMachine(machine) };
  // Without a record, or never finished: it is made, not brought back.
  if (!(await program.store.exists(machine)) || (await program.store.read(machine)).phase !== 'ready') return false;
  try {
    const { spec, driver, resource, context } = await callOf(await program.store.read(machine), its);
    await links.forget(machine);
    const state = await driver.state(resource, context);
    if (state === 'gone' && makesHosts(spec)) return true;
    if (spec.features.powers && state === 'stopped') await startMachine(machine, its);
    else await reprovision(machine, { renew: false }, its);
  } catch (error) {
    if (!isMachineError(error) || error.code === 'Cancelled') throw error;
    its.report.warn(`it cannot be brought back: ${error.message}`);
  }
  return false;
}

/** What the machine has left at its provider goes, and a plan of the same machine takes the place of its record. */
async function clearAway(name: MachineName, cluster: Cluster, { program, links }: Run): Promise<void> {
  const its = { ...program, report: program.report.forMachine(name) };
  its.report.info('it is gone at its provider, and is made anew');
  const { request } = await planAnew(await program.store.read(name), cluster, program);
  await links.forget(name);
  await removeMachine(name, { force: false, leaves: true }, its);
  await program.store.write(request.machine);
  if (Object.keys(request.secrets).length > 0) await program.store.writeSecrets(name, request.secrets);
}

/** The others join the one that goes on alone. */
async function beginAnew(cluster: Cluster, run: Run): Promise<Cluster> {
  const facts = await readClusterFacts(cluster, run.links);
  return carryOut(planForceNewCluster(cluster, facts), cluster, run);
}

function isReachable({ machines }: ClusterFacts, name: MachineName): boolean {
  return machines.some(({ machine, reachable }) => machine === name && reachable);
}
