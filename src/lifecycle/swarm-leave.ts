import { isMachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import { poll } from '../poll.js';
import { isProvisioned, isSwarmMember, type Machine } from '../record.js';
import type { LocalNode, NodeFacts } from '../swarm/facts.js';
import type { SwarmEngine } from '../swarm/engine.js';
import { demotionFlaw, refused } from '../swarm/quorum.js';
import { specOf } from './driver-call.js';
import { makesHosts } from './host-connection.js';
import type { Program } from './program.js';
import { changeHosts } from './swarm-classic-hosts.js';
import { settlePorts } from './swarm-classic-ports.js';
import { engineOf, livingManagers, mastersOf, type LivingManager } from './swarm-masters.js';

export interface Leaving {
  /** Machines that are removed together with this one: no manager of these is asked, and none needs to be told. */
  readonly together: readonly MachineName[];
  readonly force: boolean;
}

/** Tasks get the time that services give them to end, 10 s as a rule, and as much again. In milliseconds. */
const DRAINED_WITHIN_MS = 20_000;
const DEMOTED_WITHIN_MS = 30_000;

/**
 * Takes a machine out of its swarm before it is removed: drained, demoted, gone from the list of nodes. Of a machine whose
 * swarm goes with it nothing is asked.
 * @throws MachineError ClusterRefused when the managers that stay would be too few (not with force)
 */
export async function leaveSwarm(machine: Machine, { together, force }: Leaving, program: Program): Promise<void> {
  const { swarm } = machine;
  if (!swarm || !isSwarmMember(machine) || !isProvisioned(machine) || machine.phase === 'planned') return;
  const masters = await mastersOf(swarm.discovery, program);
  const staying = masters.filter(({ name }) => name !== machine.name && !together.includes(name));
  const [manager] = await livingManagers(staying, program);
  const engine = await engineOf(machine, program);
  const local = await engine.local().catch(noAnswer);
  if (!manager) {
    await warnOfOrphans(machine, local, { together, engine }, program);
    return;
  }
  const nodes = await manager.engine.nodes();
  const node = nodeOf(machine, local, nodes);
  if (!node) return;
  if (!force) refuseLoss(machine, node, nodes);
  await program.report.step('Leaving the swarm', () => leave({ node, manager, ...(local ? { engine } : {}) }, program));
  // Of a host that stays a machine without berth.
  if (local && !makesHosts(specOf(machine, program))) await changeHosts([machine], () => [], program);
  await settlePorts(machine, { gone: [node.address], without: [machine.name, ...together] }, program);
}

interface Departure {
  readonly node: NodeFacts;
  readonly manager: LivingManager;
  /** Absent when the machine's own engine does not answer. */
  readonly engine?: SwarmEngine;
}

async function leave({ node, manager, engine }: Departure, program: Program): Promise<void> {
  const { id } = node;
  const drain = (role: 'worker') =>
    manager.engine.updateNode(id, (spec) => ({ ...spec, Role: role, Availability: 'drain' }));
  await drain('worker');
  if (engine) {
    await untilDrained(manager.engine, id, program);
    if (node.role === 'manager') await untilDemoted(engine, program);
    await engine.leave(true);
  }
  await manager.engine.removeNode(id);
}

/** What does not end in time ends with the machine. */
async function untilDrained(manager: SwarmEngine, id: string, { signal }: Program): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ node: [id], 'desired-state': ['running', 'shutdown'] }));
  await poll(async () => ((await running(manager, filters)) === 0 ? true : undefined), {
    what: 'the tasks of the node to end',
    withinMs: DRAINED_WITHIN_MS,
    everyMs: 100,
    signal,
  }).catch((error: unknown) => {
    if (!isMachineError(error, 'TimedOut')) throw error;
  });
}

async function running(manager: SwarmEngine, filters: string): Promise<number> {
  const tasks = await manager.call({ method: 'GET', path: `/tasks?filters=${filters}` });
  const states = (Array.isArray(tasks) ? (tasks as { Status?: { State?: string } }[]) : []).map(
    ({ Status }) => Status?.State ?? '',
  );
  return states.filter((state) => ['assigned', 'accepted', 'preparing', 'ready', 'starting', 'running'].includes(state))
    .length;
}

/** A manager that leaves before it knows that it is none any more stays in the list of voters. */
async function untilDemoted(engine: SwarmEngine, { signal }: Program): Promise<void> {
  await poll(async () => ((await engine.local()).manager ? undefined : true), {
    what: 'the node to be a worker',
    withinMs: DEMOTED_WITHIN_MS,
    everyMs: 100,
    signal,
  });
}

/** By its id, which only its own engine tells; by name and address where that does not answer. */
function nodeOf(
  { name, address }: Machine,
  local: LocalNode | undefined,
  nodes: readonly NodeFacts[],
): NodeFacts | undefined {
  if (local) return local.id === '' ? undefined : nodes.find(({ id }) => id === local.id);
  const [found, ...more] = nodes.filter((node) => node.hostname === name && node.status !== 'ready');
  return more.length === 0 ? found : [found, ...more].find((node) => node?.address === address);
}

function refuseLoss({ name }: Machine, node: NodeFacts, nodes: readonly NodeFacts[]): void {
  if (node.role !== 'manager') return;
  const voters = nodes
    .filter(({ role }) => role === 'manager')
    .map(({ id, reachability }) => ({ id, reachable: reachability === 'reachable' }));
  const flaw = demotionFlaw(voters, node.id);
  if (flaw !== undefined) throw refused('remove', name, flaw);
}

/** Of a last manager the swarm ends with it; whoever stays behind is a node of nothing. */
async function warnOfOrphans(
  machine: Machine,
  local: LocalNode | undefined,
  { together, engine }: { together: readonly MachineName[]; engine: SwarmEngine },
  { report }: Program,
): Promise<void> {
  if (!local?.manager || local.state !== 'active') return;
  const nodes = await engine.nodes().catch(noAnswer);
  const left = (nodes ?? []).filter(
    ({ id, hostname }) => id !== local.id && !together.some((name) => name === hostname),
  );
  if (left.length > 0)
    report.warn(`${machine.name} is the last manager of its swarm: ${left.length} nodes stay behind without one`);
}

function noAnswer(error: unknown): undefined {
  if (isMachineError(error, 'EngineUnreachable') || isMachineError(error, 'EngineRefused')) return undefined;
  throw error;
}
