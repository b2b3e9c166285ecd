import { isDeepStrictEqual } from 'node:util';
import type { ClusterName } from '../cluster-name.js';
import { isMachineError } from '../errors.js';
import type { Host } from '../host/host.js';
import type { MachineName } from '../name.js';
import { probe } from '../provision/probe.js';
import { DOCKER_REPOSITORY } from '../provision/repository.js';
import { newerBundle } from '../provision/upgrade-bundle.js';
import type { EngineOptions } from '../record.js';
import { hasNewerEngine } from '../swarm/cluster-host.js';
import type { Cluster } from '../swarm/contract.js';
import { forEachBounded, resultsOf } from './each.js';
import { refuseMissing, withChoice, withOwnSettings, type EngineWish } from './engine-choice.js';
import type { Program } from './program.js';
import { changeCluster } from './swarm-command.js';
import type { SwarmLinks } from './swarm-links.js';
import { bringAbout, type Run, type RunResult } from './swarm-run.js';

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
    await refuseMissing(settings);
    const wanted = new Map<MachineName, EngineWish>();
    for (const { machine } of cluster.members)
      if (await program.store.exists(machine))
        wanted.set(machine, withChange(await program.store.read(machine), settings));
    const changed = await membersToChange(cluster, wanted, program);
    const known = [...cluster.upgrading, ...changed];
    const rest = cluster.members.map(({ machine }) => machine).filter((machine) => !known.includes(machine));
    const newer = await program.report.step('Asking for newer engines', () => membersWithNewer(rest, run.links));
    return visit({ ...cluster, upgrading: [...new Set([...known, ...newer])] }, pick(wanted, changed), run);
  });
}

/** Engines of members become what is said of each; whose engine is that already is not visited. */
export function changeEngines(
  name: ClusterName,
  wanted: ReadonlyMap<MachineName, EngineWish>,
  program: Program,
): Promise<RunResult> {
  return changeCluster(name, program, async (cluster, run) => {
    const changed = await membersToChange(cluster, wanted, program);
    const upgrading = [...new Set([...cluster.upgrading, ...changed])];
    return visit({ ...cluster, upgrading }, pick(wanted, changed), run);
  });
}

async function visit(due: Cluster, engines: ReadonlyMap<MachineName, EngineWish>, run: Run): Promise<RunResult> {
  const { store, clusters } = run.program;
  // Before the records: a run that is killed between the two has everybody on its list.
  await clusters.write(due);
  for (const [machine, { engine, tlsSans }] of engines) {
    const record = await store.read(machine);
    await store.write({ ...record, engine: withOwnSettings(engine, record.engine), tlsSans });
  }
  return bringAbout(due, run, { upgrades: true });
}

async function membersToChange(
  { members }: Cluster,
  wanted: ReadonlyMap<MachineName, EngineWish>,
  { store }: Program,
): Promise<readonly MachineName[]> {
  const changed: MachineName[] = [];
  for (const { machine } of members) {
    const wish = wanted.get(machine);
    if (!wish || !(await store.exists(machine))) continue;
    const { engine, tlsSans } = await store.read(machine);
    const isSame = isDeepStrictEqual([withOwnSettings(wish.engine, engine), wish.tlsSans], [engine, tlsSans]);
    if (!isSame) changed.push(machine);
  }
  return changed;
}

function withChange({ engine, tlsSans }: EngineWish, settings: Partial<EngineOptions>): EngineWish {
  return { engine: withChoice(engine, settings), tlsSans };
}

function pick<V>(all: ReadonlyMap<MachineName, V>, names: readonly MachineName[]): ReadonlyMap<MachineName, V> {
  return new Map([...all].filter(([name]) => names.includes(name)));
}

/** Who cannot tell is taken for one that has a newer one: an upgrade of what is new already does no harm. */
async function membersWithNewer(machines: readonly MachineName[], links: SwarmLinks): Promise<readonly MachineName[]> {
  const { signal, report } = links.program;
  const outcomes = await forEachBounded(machines, AT_ONCE, async (machine) => {
    try {
      const host = await links.host(machine);
      const newer = (await hasNewerEngine(host, { signal })) ?? (await hasOtherBundle(machine, host, links.program));
      return newer === false ? [] : [machine];
    } catch (error) {
      // A version or a file that is not to be had is no reason to drain a node.
      if (!isMachineError(error) || ['Cancelled', 'BadOption'].includes(error.code)) throw error;
      report.debug(`${machine}: ${error.message}`);
      return [machine];
    }
  });
  return resultsOf(outcomes).flat();
}

/** undefined for an engine that came in no bundle. */
async function hasOtherBundle(machine: MachineName, host: Host, program: Program): Promise<boolean | undefined> {
  const { engine, enginePort } = await program.store.read(machine);
  const { repository = DOCKER_REPOSITORY, cacheFolder, signal } = program;
  const places = { machineName: machine, repositoryUrl: repository.url, cacheFolder, signal };
  const facts = await probe(host, { port: enginePort, ...places });
  return facts.engine.bundle === undefined
    ? undefined
    : (await newerBundle({ facts, engine, ...places })) !== undefined;
}
