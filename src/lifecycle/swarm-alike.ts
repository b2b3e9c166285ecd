import { MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import type { Machine } from '../record.js';
import type { Cluster, Role } from '../swarm/contract.js';
import { specOf } from './driver-call.js';
import { planMachine } from './plan.js';
import type { Program } from './program.js';
import { makesHosts } from './host-connection.js';
import type { NewMachine } from './swarm-create.js';
import { swarmOptionsOf } from './swarm-membership.js';
import { whereItWas } from './swarm-spread.js';

/**
 * Another machine, with the driver, the options and the secrets of one that is on record.
 * @throws MachineError ClusterRefused where berth does not make the hosts
 */
export async function alike(pattern: Machine, name: MachineName, program: Program): Promise<NewMachine> {
  const spec = specOf(pattern, program);
  if (!makesHosts(spec)) {
    throw new MachineError('ClusterRefused', `berth makes no hosts with the driver ${spec.name} of "${pattern.name}"`, {
      suggestions: ['berth swarm join NAME MACHINE'],
    });
  }
  const { options, engine, tlsSans } = pattern;
  const machine = planMachine({ name, spec, options, engine, tlsSans, now: program.now() });
  return { spec, request: { machine, secrets: await program.store.secrets(pattern.name) } };
}

/** Members whose machines an interrupted call has not finished, or whose records are gone. */
export async function unfinishedMembers(cluster: Cluster, program: Program): Promise<readonly NewMachine[]> {
  const unfinished: NewMachine[] = [];
  for (const member of cluster.members) {
    const { machine, role } = member;
    if (!(await program.store.exists(machine))) {
      const pattern = await patternFor(role, cluster, program);
      if (pattern) unfinished.push(whereItWas(await alike(pattern, machine, program), member, cluster.spread));
      continue;
    }
    const record = await program.store.read(machine);
    if (record.phase === 'ready') continue;
    const secrets = await program.store.secrets(machine);
    unfinished.push({ spec: specOf(record, program), request: { machine: record, secrets } });
  }
  return unfinished;
}

/** The last machine of the role whose host berth made, else of any; undefined where there is none. */
async function patternFor(role: Role, { members }: Cluster, program: Program): Promise<Machine | undefined> {
  const inOrder = [...members.filter((one) => one.role !== role), ...members.filter((one) => one.role === role)];
  for (const { machine } of inOrder.reverse()) {
    if (!(await program.store.exists(machine))) continue;
    const record = await program.store.read(machine);
    const spec = program.findDriver(record.driver);
    if (record.phase === 'ready' && spec && makesHosts(spec)) return record;
  }
  return undefined;
}

/** The same machine once more, in the same role. @throws MachineError ClusterRefused where berth does not make the hosts */
export async function planAnew(gone: Machine, { name, members }: Cluster, program: Program): Promise<NewMachine> {
  const { spec, request } = await alike(gone, gone.name, program);
  const role = members.find(({ machine }) => machine === gone.name)?.role ?? 'worker';
  return { spec, request: { ...request, machine: { ...request.machine, swarm: swarmOptionsOf(name, role) } } };
}
