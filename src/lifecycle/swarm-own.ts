import type { MachineName } from '../name.js';
import type { Cluster } from '../swarm/contract.js';
import { forEachBounded, resultsOf } from './each.js';
import type { Program } from './program.js';
import { makesHosts } from './host-connection.js';
import { removeMachine } from './remove.js';
import { discoveryOf } from './swarm-membership.js';
import type { Run } from './swarm-run.js';

const AT_ONCE = 8;

/** Machines whose hosts berth made. */
export async function ownMachines(names: readonly MachineName[], program: Program): Promise<readonly MachineName[]> {
  const own: MachineName[] = [];
  for (const name of names) {
    if (!(await program.store.exists(name))) continue;
    const spec = program.findDriver((await program.store.read(name)).driver);
    if (spec && makesHosts(spec)) own.push(name);
  }
  return own;
}

/** Machines marked as the cluster's that are members no more: what a scale was about to remove. */
export async function leftovers(cluster: Cluster, { store }: Program): Promise<readonly MachineName[]> {
  const found: MachineName[] = [];
  for (const name of await store.list()) {
    const record = await store.read(name).catch(() => undefined);
    const isMarked = record?.swarm?.discovery === discoveryOf(cluster.name);
    if (isMarked && !cluster.members.some(({ machine }) => machine === name)) found.push(name);
  }
  return found;
}

export async function removeOwn(names: readonly MachineName[], { program }: Run): Promise<void> {
  const outcomes = await forEachBounded(names, AT_ONCE, (name) =>
    removeMachine(
      name,
      { force: false, together: names, leaves: true },
      { ...program, report: program.report.forMachine(name) },
    ),
  );
  resultsOf(outcomes);
}
