import { parseClusterName, type ClusterName } from '../cluster-name.js';
import { isMachineError, MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import { poll } from '../poll.js';
import type { Machine } from '../record.js';
import type { Program } from './program.js';
import { discoveryOf } from './swarm-membership.js';
import { livingManagers, mastersOf } from './swarm-masters.js';

/** Managers that lost their leader elect another within 20 s. In milliseconds. */
const WITHIN_MS = 30_000;

/** As below, for a machine or a cluster of that name. @throws MachineError MachineNotFound */
export async function swarmEntry(name: MachineName, program: Program): Promise<Machine> {
  const { store, clusters } = program;
  const cluster = (await store.exists(name)) ? undefined : clusterNamed(name);
  if (cluster === undefined || !(await clusters.exists(cluster)))
    return livingManagerOf(await store.read(name), program);
  const [first] = await mastersOf(discoveryOf(cluster), program);
  const { members } = await clusters.read(cluster);
  const manager = members.find(({ role }) => role === 'manager')?.machine ?? name;
  return livingManagerOf(first ?? (await store.read(manager)), program);
}

function clusterNamed(text: string): ClusterName | undefined {
  try {
    return parseClusterName(text);
  } catch {
    return undefined;
  }
}

/**
 * A manager that is alive now: the machine itself if it can be, else another master of its swarm.
 * @throws MachineError ClusterRefused when the machine is no master, EngineUnreachable when no manager answers
 */
export async function livingManagerOf(machine: Machine, program: Program, withinMs = WITHIN_MS): Promise<Machine> {
  const { swarm, name } = machine;
  if (!swarm?.master) throw notMaster(machine, await mastersOf(swarm?.discovery ?? '', program));
  const others = (await mastersOf(swarm.discovery, program)).filter((other) => other.name !== name);
  const candidates = [machine, ...others];
  const [living] = await poll(
    async () => {
      const found = await livingManagers(candidates, program);
      return found.length > 0 ? found : undefined;
    },
    { what: 'a manager', withinMs, everyMs: 200, signal: program.signal },
  ).catch((cause: unknown) => {
    throw isMachineError(cause, 'TimedOut') ? nobodyAnswers(machine, candidates) : cause;
  });
  return living?.machine ?? machine;
}

function notMaster({ name, swarm }: Machine, masters: readonly Machine[]): MachineError {
  const [master] = swarm?.agent === true ? masters : [];
  return new MachineError(
    'ClusterRefused',
    `"${name}" is not a swarm master; the --swarm flag is for use with swarm masters`,
    { suggestions: [master ? `berth env --swarm ${master.name}` : 'berth ls'] },
  );
}

function nobodyAnswers({ name }: Machine, candidates: readonly Machine[]): MachineError {
  const names = candidates.map((candidate) => candidate.name).join(', ');
  return new MachineError('EngineUnreachable', `no manager of the swarm of "${name}" answers; asked ${names}`, {
    suggestions: candidates.slice(0, 2).map((candidate) => `berth status ${candidate.name}`),
  });
}
