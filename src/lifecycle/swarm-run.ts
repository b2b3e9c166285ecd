import { isMachineError, MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import { poll } from '../poll.js';
import type { Clusters } from './swarm-clusters.js';
import type { Cluster } from '../swarm/contract.js';
import type { ClusterFacts } from '../swarm/facts.js';
import { planCluster } from '../swarm/plan.js';
import { afterAll, afterStep, beforeStep, learnFrom } from '../swarm/progress.js';
import { majority } from '../swarm/quorum.js';
import { stepTitle } from '../swarm/step-title.js';
import type { ClusterStep, Plan } from '../swarm/step.js';
import { forEachBounded } from './each.js';
import type { Program } from './program.js';
import { readClusterFacts } from './swarm-facts.js';
import { clusterKeys } from './swarm-keys.js';
import type { SwarmLinks } from './swarm-links.js';
import { performStep } from './swarm-steps.js';

export interface Run {
  readonly program: Program;
  readonly clusters: Clusters;
  readonly links: SwarmLinks;
}

export interface RunResult {
  readonly cluster: Cluster;
  /** What was done, in order, as it was told. */
  readonly done: readonly string[];
  readonly waitingFor: readonly MachineName[];
}

/** Hosts worked on at once. */
const AT_ONCE = 16;
/** Unlocking and what nobody foresaw; a plan that never ends is a bug. */
const ROUNDS = 6;
/** Managers notice after 10 s that their leader is gone, and wait up to as long again. In milliseconds. */
const ELECTED_WITHIN_MS = 45_000;

/**
 * Plans and does, until there is nothing left to do. Everything that has to be known after a kill is on record before it
 * happens, so that the same call finishes what another one began. Engines that the record has due for it are upgraded only
 * with `upgrades`. Called under the cluster's lock.
 * @throws MachineError from the plan, and that of the step that failed
 */
export async function bringAbout(
  cluster: Cluster,
  run: Run,
  { upgrades = false }: { readonly upgrades?: boolean } = {},
): Promise<RunResult> {
  const record = new ClusterRecord(cluster, run.clusters);
  const done: string[] = [];
  let told: readonly string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const facts = await settledFacts(record.cluster, run.links, new Set(upgrades ? record.cluster.upgrading : []));
    await record.change((now) => learnFrom(now, facts));
    const plan = planCluster(record.cluster, facts);
    for (const line of plan.advice.filter((one) => !told.includes(one))) run.program.report.warn(line);
    told = [...told, ...plan.advice];
    if (plan.stages.length === 0) {
      if (plan.waitingFor.length === 0) await record.change(afterAll);
      return { cluster: record.cluster, done, waitingFor: plan.waitingFor };
    }
    await perform(plan, record, { ...run, done });
  }
  throw new MachineError('TimedOut', `cluster "${cluster.name}" is not as it shall be after ${ROUNDS} rounds`, {
    cause: new Error(done.slice(-10).join('\n')),
    suggestions: [`berth swarm repair ${cluster.name}`],
  });
}

/** Does what another plan than the usual one says. */
export async function carryOut(plan: Plan, cluster: Cluster, run: Run): Promise<Cluster> {
  const record = new ClusterRecord(cluster, run.clusters);
  for (const line of plan.advice) run.program.report.warn(line);
  await perform(plan, record, { ...run, done: [] });
  return record.cluster;
}

/** Managers that lost their leader elect another one within seconds, and nothing can be planned meanwhile. */
async function settledFacts(
  cluster: Cluster,
  links: SwarmLinks,
  outdated: ReadonlySet<MachineName>,
): Promise<ClusterFacts> {
  let facts = await readClusterFacts(cluster, links, outdated);
  if (!mayElect(cluster, facts)) return facts;
  await poll(
    async () => {
      facts = await readClusterFacts(cluster, links, outdated);
      return mayElect(cluster, facts) ? undefined : true;
    },
    { what: 'a leader', withinMs: ELECTED_WITHIN_MS, everyMs: 500, signal: links.program.signal },
  ).catch((error: unknown) => {
    if (!isMachineError(error, 'TimedOut')) throw error;
  });
  return facts;
}

function mayElect(cluster: Cluster, { swarm, machines }: ClusterFacts): boolean {
  if (swarm || cluster.id === undefined) return false;
  const managers = cluster.members.filter(({ role }) => role === 'manager');
  const voters = machines.filter(
    ({ machine, reachable, node }) =>
      reachable && node.state === 'active' && managers.some((member) => member.machine === machine),
  );
  return voters.length >= majority(managers.length);
}

interface Performance extends Run {
  readonly done: string[];
}

/** All steps of a stage are tried, whatever becomes of the others; the first failure ends the plan after it. */
async function perform(plan: Plan, record: ClusterRecord, performance: Performance): Promise<void> {
  for (const stage of plan.stages) {
    for (const step of stage) await record.change((now) => beforeStep(now, step));
    const outcomes = await forEachBounded(stage, AT_ONCE, (step) => performOne(step, record, performance));
    for (const outcome of outcomes) if (outcome.state === 'failed') throw outcome.error;
  }
}

async function performOne(
  step: ClusterStep,
  record: ClusterRecord,
  { program, clusters, links, done }: Performance,
): Promise<void> {
  const title = stepTitle(step);
  const keys = clusterKeys(record.cluster.name, clusters);
  const learned = await program.report.step(title, () => performStep(step, { links, keys }));
  done.push(title);
  await record.change((now) => afterStep(now, step, learned));
}

/** The record of now; changes of steps that run at the same time come one after the other. */
class ClusterRecord {
  #writing: Promise<void> = Promise.resolve();

  constructor(
    public cluster: Cluster,
    private readonly clusters: Clusters,
  ) {}

  change(make: (now: Cluster) => Cluster): Promise<void> {
    const changed = this.#writing.then(async () => {
      const next = make(this.cluster);
      if (next === this.cluster) return;
      await this.clusters.write(next);
      this.cluster = next;
    });
    this.#writing = changed.catch(() => {});
    return changed;
  }
}
