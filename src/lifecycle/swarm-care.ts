import type { ClusterName } from '../cluster-name.js';
import { isMachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import type { EngineOptions } from '../record.js';
import type { Cluster } from '../swarm/contract.js';
import type { ClusterFacts } from '../swarm/facts.js';
import { planForceNewCluster } from '../swarm/plan-end.js';
import { stepTitle } from '../swarm/step-title.js';
import { callOf } from './driver-call.js';
import { forEachBounded, resultsOf } from './each.js';
import { startMachine } from './power.js';
import type { Program } from './program.js';
import { reprovision } from './reprovision.js';
import { changeCluster } from './swarm-command.js';
import { readClusterFacts } from './swarm-facts.js';
import { clusterKeys } from './swarm-keys.js';
import { bringAbout, carryOut, type Run, type RunResult } from './swarm-run.js';
import { performStep } from './swarm-steps.js';

const AT_ONCE = 8;

export interface Repair {
  /** What only the lost managers knew is lost. */
  readonly forceNewCluster: boolean;
}

/** Brings machines back that are off, then the swarm to what it shall be. @throws MachineError QuorumLost, ClusterRefused */
export function repairCluster(name: ClusterName, { forceNewCluster }: Repair, program: Program): Promise<RunResult> {
  return changeCluster(name, program, async (cluster, run) => {
    const before = await readClusterFacts(cluster, run.links);
    const silent = cluster.members.map(({ machine }) => machine).filter((one) => !isReachable(before, one));
    resultsOf(await forEachBounded(silent, AT_ONCE, (machine) => bringBack(machine, run)));
    return bringAbout(forceNewCluster ? await beginAnew(cluster, run) : cluster, run);
  });
}

/** Engine by engine, the leader last; `settings` change the engines' options first. */
export function upgradeCluster(
  name: ClusterName,
  settings: Partial<EngineOptions>,
  program: Program,
): Promise<RunResult> {
  return changeCluster(name, program, async (cluster, run) => {
    const names = cluster.members.map(({ machine }) => machine);
    for (const machine of Object.keys(settings).length > 0 ? names : []) {
      const record = await program.store.read(machine);
      await program.store.write({ ...record, engine: { ...record.engine, ...settings } });
    }
    return bringAbout(cluster, run, new Set(names));
  });
}

/** New join tokens, and a new unlock key where managers lock themselves. */
export function rotateSecrets(name: ClusterName, program: Program): Promise<void> {
  return changeCluster(name, program, async (cluster, { links, clusters }) => {
    const { swarm } = await readClusterFacts(cluster, links);
    const machine = swarm?.through ?? cluster.initOn;
    if (machine === undefined) return;
    const context = { links, keys: clusterKeys(name, clusters) };
    const kinds = ['rotateTokens', ...(cluster.autolock ? (['rotateUnlockKey'] as const) : [])] as const;
    for (const kind of kinds) {
      const step = { kind, machine };
      await program.report.step(stepTitle(step), () => performStep(step, context));
    }
    await clusters.write({ ...cluster, tokensDue: false });
  });
}

/** Whatever is planned, locked managers come first in it. */
export function unlockCluster(name: ClusterName, program: Program): Promise<RunResult> {
  return changeCluster(name, program, (cluster, run) => bringAbout(cluster, run));
}

/** What cannot be brought back is told; the swarm goes on without it. */
async function bringBack(machine: MachineName, { program, links }: Run): Promise<void> {
  const its = { ...program, report: program.report.forMachine(machine) };
  try {
    const { spec, driver, resource, context } = await callOf(await program.store.read(machine), its);
    await links.forget(machine);
    if (spec.features.powers && (await driver.state(resource, context)) === 'stopped') await startMachine(machine, its);
    else await reprovision(machine, { renew: false }, its);
  } catch (error) {
    if (!isMachineError(error) || error.code === 'Cancelled') throw error;
    its.report.warn(`it cannot be brought back: ${error.message}`);
  }
}

/** The others join the one that goes on alone. */
async function beginAnew(cluster: Cluster, run: Run): Promise<Cluster> {
  const facts = await readClusterFacts(cluster, run.links);
  return carryOut(planForceNewCluster(cluster, facts), cluster, run);
}

function isReachable({ machines }: ClusterFacts, name: MachineName): boolean {
  return machines.some(({ machine, reachable }) => machine === name && reachable);
}
