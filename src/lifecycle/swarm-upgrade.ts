import { isDeepStrictEqual } from 'node:util';
import type { ClusterName } from '../cluster-name.js';
import { isMachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import type { EngineOptions } from '../record.js';
import { hasNewerEngine } from '../swarm/cluster-host.js';
import type { Cluster } from '../swarm/contract.js';
import { forEachBounded, resultsOf } from './each.js';
import type { Program } from './program.js';
import { changeCluster } from './swarm-command.js';
import type { SwarmLinks } from './swarm-links.js';
import { bringAbout, type RunResult } from './swarm-run.js';

/** Hosts asked at once. */
const AT_ONCE = 16;

/**
 * Engine by engine, the leader last; `settings` change the engines' options first. Only members are visited whose engine is
 * not as it shall be: another setting, a newer version at its source, or left over by an upgrade that was ended.
 */
export function upgradeCluster(
  name: ClusterName,
  settings: Partial<EngineOptions>,
  program: Program,
): Promise<RunResult> {
  return changeCluster(name, program, async (cluster, run) => {
    const changed = await membersToChange(cluster, settings, program);
    const known = [...cluster.upgrading, ...changed];
    const rest = cluster.members.map(({ machine }) => machine).filter((machine) => !known.includes(machine));
    const newer = await program.report.step('Asking for newer engines', () => membersWithNewer(rest, run.links));
    const due = { ...cluster, upgrading: [...new Set([...known, ...newer])] };
    // Before the records: a run that is killed between the two has everybody on its list.
    await program.clusters.write(due);
    for (const machine of changed) {
      const record = await program.store.read(machine);
      await program.store.write({ ...record, engine: { ...record.engine, ...settings } });
    }
    return bringAbout(due, run, { upgrades: true });
  });
}

async function membersToChange(
  { members }: Cluster,
  settings: Partial<EngineOptions>,
  { store }: Program,
): Promise<readonly MachineName[]> {
  const changed: MachineName[] = [];
  for (const { machine } of members) {
    if (!(await store.exists(machine))) continue;
    const { engine } = await store.read(machine);
    if (!isDeepStrictEqual({ ...engine, ...settings }, engine)) changed.push(machine);
  }
  return changed;
}

/** Who cannot tell is taken for one that has a newer one: an upgrade of what is new already does no harm. */
async function membersWithNewer(machines: readonly MachineName[], links: SwarmLinks): Promise<readonly MachineName[]> {
  const { signal, report } = links.program;
  const outcomes = await forEachBounded(machines, AT_ONCE, async (machine) => {
    try {
      return (await hasNewerEngine(await links.host(machine), { signal })) === false ? [] : [machine];
    } catch (error) {
      if (!isMachineError(error) || error.code === 'Cancelled') throw error;
      report.debug(`${machine}: ${error.message}`);
      return [machine];
    }
  });
  return resultsOf(outcomes).flat();
}
