import { isDeepStrictEqual } from 'node:util';
import type { ClusterName } from '../cluster-name.js';
import type { AnyDriverSpec } from '../driver.js';
import { MachineError } from '../errors.js';
import { differentSettings } from '../swarm/asked.js';
import type { Cluster } from '../swarm/contract.js';
import { createMachine, type CreateRequest } from './create.js';
import { forEachBounded, resultsOf } from './each.js';
import type { Program } from './program.js';
import { keepClusterContext, withCluster } from './swarm-command.js';
import { markMembers, swarmOptionsOf } from './swarm-membership.js';
import { bringAbout, type Run, type RunResult } from './swarm-run.js';

/** A machine that shall be made and be a member. */
export interface NewMachine {
  readonly spec: AnyDriverSpec;
  readonly request: CreateRequest;
}

/** Machines made at once. */
const AT_ONCE = 8;

/**
 * Makes a cluster: machines in parallel, the swarm as soon as its first manager answers, joins as they come. The same call
 * again finishes what an interrupted one began.
 * @throws MachineError ClusterExists, and what creates, the plan and its steps throw
 */
export async function createCluster(
  wish: Cluster,
  machines: readonly NewMachine[],
  program: Program,
): Promise<RunResult> {
  return withCluster(wish.name, program, async (run) => {
    const result = await growCluster(await begin(wish, program), machines, run);
    await keepClusterContext(wish.name, program);
    return result;
  });
}

/** The members' machines are made while the others are joined already. */
export async function growCluster(cluster: Cluster, machines: readonly NewMachine[], run: Run): Promise<RunResult> {
  const { program } = run;
  await markMembers(cluster, program);
  const joining = new Joining(cluster, run);
  const outcomes = await forEachBounded(
    machines.map(({ request }) => request.machine.name),
    AT_ONCE,
    async (name) => {
      const wanted = machines.find(({ request }) => request.machine.name === name);
      if (wanted) await makeMember(wanted, cluster, { ...program, report: program.report.forMachine(name) });
      joining.poke();
    },
  );
  joining.poke();
  const result = await joining.end();
  resultsOf(outcomes);
  return result;
}

async function makeMember({ spec, request }: NewMachine, cluster: Cluster, program: Program): Promise<void> {
  const { name } = request.machine;
  if ((await program.store.exists(name)) && (await program.store.read(name)).phase === 'ready') return;
  const role = cluster.members.find(({ machine }) => machine === name)?.role ?? 'worker';
  const machine = { ...request.machine, swarm: swarmOptionsOf(cluster.name, role) };
  await createMachine({ ...request, machine }, spec, program);
}

/** Works on the swarm whenever a machine has come, one round after the other. */
class Joining {
  #due = false;
  #ended = false;
  #failure: { readonly error: unknown } | undefined;
  #result: RunResult;
  #working: Promise<void> = Promise.resolve();
  #done: string[] = [];

  constructor(
    cluster: Cluster,
    private readonly run: Run,
  ) {
    this.#result = { cluster, done: [], waitingFor: [] };
  }

  poke(): void {
    if (this.#due || this.#ended) return;
    this.#due = true;
    this.#working = this.#working.then(() => this.#round());
  }

  /** @throws what the last round threw */
  async end(): Promise<RunResult> {
    await this.#working;
    this.#ended = true;
    if (this.#failure) throw this.#failure.error;
    return { ...this.#result, done: this.#done };
  }

  /** What fails while machines are still to come may succeed with them. */
  async #round(): Promise<void> {
    this.#due = false;
    this.#failure = undefined;
    try {
      this.#result = await bringAbout(await this.#current(), this.run);
      this.#done = [...this.#done, ...this.#result.done];
    } catch (error) {
      this.#failure = { error };
    }
  }

  #current(): Promise<Cluster> {
    return this.run.program.clusters.read(this.#result.cluster.name);
  }
}

async function begin(wish: Cluster, { clusters }: Program): Promise<Cluster> {
  if (!(await clusters.exists(wish.name))) {
    await clusters.write(wish);
    return wish;
  }
  const existing = await clusters.read(wish.name);
  const isSame = differentSettings(existing, wish).length === 0;
  if (isSame && isDeepStrictEqual(membersOf(existing), membersOf(wish))) return existing;
  throw new MachineError('ClusterExists', `a cluster "${wish.name}" exists, made with other arguments`, {
    suggestions: [`berth swarm status ${wish.name}`, `berth swarm scale ${wish.name} --workers N`],
  });
}

/** What the user asked for, without what came about since. */
function membersOf({ members }: Cluster): unknown {
  return members.map(({ machine, role, labels }) => ({ machine, role, labels }));
}

/** Names for machines of a role that are none of those that are taken: prod-worker-3. */
export function freeNames(
  { cluster, role, count }: { cluster: ClusterName; role: string; count: number },
  taken: ReadonlySet<string>,
): readonly string[] {
  const names: string[] = [];
  for (let number = 1; names.length < count; number += 1) {
    const name = `${cluster}-${role}-${number}`;
    if (!taken.has(name)) names.push(name);
  }
  return names;
}
