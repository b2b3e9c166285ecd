import { isMachineError, MachineError } from '../errors.js';
import { poll } from '../poll.js';
import type { Machine } from '../record.js';
import type { Program } from './program.js';
import { livingManagers, mastersOf } from './swarm-masters.js';

/** Managers that lost their leader elect another within 20 s. In milliseconds. */
const WITHIN_MS = 30_000;

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
