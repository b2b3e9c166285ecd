import { isDeepStrictEqual } from 'node:util';
import { changeWholeCluster } from './apply-cluster.js';
import { createMachine } from './create.js';
import { forEachBounded, resultsOf } from './each.js';
import { withOwnSettings } from './engine-choice.js';
import { locked } from './locked.js';
import { changePorts } from './ports.js';
import type { Program } from './program.js';
import type { Change, ProjectMachine } from './project.js';
import { engineDifferences, transportOf, withRecordedOnly } from './project-machine.js';
import { changeWhoReaches } from './project-ports.js';
import { reprovision } from './reprovision.js';
import { createCluster } from './swarm-create.js';
import { clusterOf } from './swarm-membership.js';
import { changeEngines } from './swarm-upgrade.js';
import { changeTransport } from './transport.js';

/** Machines worked on at once. */
const AT_ONCE = 16;

/**
 * Brings the changes about: machines in parallel, then clusters, then ports. One failure does not stop the others; calling it
 * again with a new plan goes on.
 * @throws MachineError SomeFailed, or the one failure
 */
export async function applyChanges(changes: readonly Change[], program: Program): Promise<void> {
  await onEachMachine(changes, changeMachine, program);
  for (const change of changes) {
    if (change.kind === 'create cluster') {
      const { wish, machines: members } = await change.cluster.wish();
      await createCluster(wish, members, program);
    }
    if (change.kind === 'change cluster') await changeWholeCluster(change, program);
  }
  await onEachMachine(changes, openPorts, program);
}

type ChangeOfMachine = Change & { readonly machine: ProjectMachine };

async function onEachMachine(
  changes: readonly Change[],
  work: (change: ChangeOfMachine, program: Program) => Promise<void>,
  program: Program,
): Promise<void> {
  const machines = new Map(
    changes.flatMap((change) => ('machine' in change ? [[change.machine.request.machine.name, change]] : [])),
  );
  resultsOf(
    await forEachBounded([...machines.keys()], AT_ONCE, async (name) => {
      const change = machines.get(name);
      if (change) await work(change, { ...program, report: program.report.forMachine(name) });
    }),
  );
}

async function changeMachine(change: ChangeOfMachine, program: Program): Promise<void> {
  const { spec, request } = change.machine;
  if (change.kind !== 'change') {
    await createMachine(request, spec, program);
    return;
  }
  const { name, engine } = request.machine;
  const { record } = change;
  if (engineDifferences(record, request.machine).length > 0) await changeEngine(change, program);
  const transport = transportOf(request.machine);
  if (transport !== transportOf(record)) await changeTransport(name, transport === 'ssh' ? 'ssh' : 'tls', program);
  if (!isDeepStrictEqual(record.engine.allow, engine.allow)) await changeWhoReaches(name, program);
}

/** A member of a cluster is drained meanwhile, as by an upgrade. */
async function changeEngine(change: ChangeOfMachine & { readonly kind: 'change' }, program: Program): Promise<void> {
  const { record, machine } = change;
  const { name, engine, tlsSans } = machine.request.machine;
  await locked(name, program, (now) => program.store.write({ ...now, engine: withRecordedOnly(now.engine, engine) }));
  const cluster = clusterOf(record);
  if (cluster !== undefined && (await program.clusters.exists(cluster))) {
    await changeEngines(cluster, new Map([[name, { engine, tlsSans }]]), program);
    return;
  }
  await locked(name, program, (now) =>
    program.store.write({ ...now, engine: withOwnSettings(engine, now.engine), tlsSans }),
  );
  await reprovision(name, { renew: record.tlsSans.join() !== tlsSans.join(), upgrade: isNewer(change) }, program);
}

/** Another version or bundle is only brought by an upgrade; provisioning takes the engine that is there. */
function isNewer(change: Change): boolean {
  if (change.kind !== 'change') return false;
  const [is, shall] = [change.record.engine, change.machine.request.machine.engine];
  return is.version !== shall.version || is.bundle !== shall.bundle;
}

/** A cluster may have opened ports of its own meanwhile. */
async function openPorts(change: ChangeOfMachine, program: Program): Promise<void> {
  const ports = change.kind === 'change' ? change.closed : change.machine.ports;
  for (const port of ports) await changePorts(change.machine.request.machine.name, port, program);
}
