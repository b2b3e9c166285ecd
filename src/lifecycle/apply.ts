import { CALLER, cidrBlocks } from '../cloud/sources.js';
import type { PortRule } from '../driver.js';
import type { MachineName } from '../name.js';
import { changeWholeCluster } from './apply-cluster.js';
import { callOf } from './driver-call.js';
import { createMachine } from './create.js';
import { forEachBounded, resultsOf } from './each.js';
import { withOwnSettings } from './engine-choice.js';
import { isOpen } from './open-ports.js';
import { changePorts } from './ports.js';
import type { Program } from './program.js';
import type { Change, Project, ProjectMachine } from './project.js';
import { reprovision } from './reprovision.js';
import { createCluster } from './swarm-create.js';

/** Machines worked on at once. */
const AT_ONCE = 16;

/**
 * Brings the changes about: machines in parallel, then clusters, then ports. One failure does not stop the others; calling it
 * again with a new plan goes on.
 * @throws MachineError SomeFailed, or the one failure
 */
export async function applyChanges(project: Project, changes: readonly Change[], program: Program): Promise<void> {
  const machines = new Map(
    changes.flatMap((change) => ('machine' in change ? [[nameOf(change.machine), change]] : [])),
  );
  resultsOf(
    await forEachBounded([...machines.keys()], AT_ONCE, async (name) => {
      const change = machines.get(name);
      if (change) await changeMachine(change, forMachine(name, program));
    }),
  );
  for (const change of changes) {
    if (change.kind === 'create cluster') {
      const { wish, machines: members } = await change.cluster.wish();
      await createCluster(wish, members, program);
    }
    if (change.kind === 'change cluster') await changeWholeCluster(change, program);
  }
  resultsOf(
    await forEachBounded(project.machines.map(nameOf), AT_ONCE, async (name) => {
      const machine = project.machines.find((one) => nameOf(one) === name);
      if (machine) await openPorts(machine, forMachine(name, program));
    }),
  );
}

async function changeMachine(change: Change & { readonly machine: ProjectMachine }, program: Program): Promise<void> {
  const { spec, request } = change.machine;
  if (change.kind !== 'change') {
    await createMachine(request, spec, program);
    return;
  }
  const { name, engine, tlsSans } = request.machine;
  await program.store.locked(
    name,
    async () => {
      const record = await program.store.read(name);
      await program.store.write({ ...record, engine: withOwnSettings(engine, record.engine), tlsSans });
    },
    {
      signal: program.signal,
    },
  );
  await reprovision(
    name,
    { renew: change.record.tlsSans.join() !== tlsSans.join(), upgrade: isNewer(change) },
    program,
  );
}

/** Another version is only brought by an upgrade; provisioning takes the engine that is there. */
function isNewer(change: Change): boolean {
  return change.kind === 'change' && change.record.engine.version !== change.machine.request.machine.engine.version;
}

/** Only rules that are not there already cost a request that changes anything. */
async function openPorts({ request, ports }: ProjectMachine, program: Program): Promise<void> {
  const { name } = request.machine;
  if (ports.length === 0) return;
  const { driver, resource, context } = await callOf(await program.store.read(name), program);
  const present = await driver.ports?.list(resource, context);
  for (const change of ports)
    if (!areOpen(change.ports, change.sources ?? [], present ?? [])) await changePorts(name, change, program);
}

function areOpen(ports: readonly PortRule[], sources: readonly string[], present: readonly PortRule[]): boolean {
  // Where we come from is not known before the machine is asked; opening a rule that is there changes nothing.
  if (sources.includes(CALLER)) return false;
  const wanted = cidrBlocks(sources, undefined);
  return ports.every((port) => isOpen({ ...port, sources: wanted }, present));
}

function forMachine(name: MachineName, program: Program): Program {
  return { ...program, report: program.report.forMachine(name) };
}

function nameOf({ request }: ProjectMachine): MachineName {
  return request.machine.name;
}
