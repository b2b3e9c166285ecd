import { DRAINED_LABEL } from '../../../src/swarm/contract.js';
import type { ClusterStep, StepKind } from '../../../src/swarm/step.js';
import type { Learned } from '../../../src/swarm/progress.js';
import { answers, hasQuorum, managersOf, type SimMachine, type SimNode, type SimSwarm, type World } from './world.js';

/** Does the step in the model, or throws what an engine would refuse; a broken quorum is refused as well. */
export function apply(world: World, step: ClusterStep): Learned {
  if ('through' in step) mustLead(world, step.through);
  const had = world.swarm !== undefined && hasQuorum(world);
  const learned = perform(world, step);
  if (had && !hasQuorum(world)) throw new Error(`${step.kind} of ${step.machine} broke the quorum`);
  electLeader(world);
  return learned;
}

type OfKind<K extends StepKind> = Extract<ClusterStep, { readonly kind: K }>;
type Deeds = { readonly [K in StepKind]: (world: World, step: OfKind<K>) => Learned | undefined };

function perform<K extends StepKind>(world: World, step: OfKind<K>): Learned {
  const deed = DEEDS[step.kind] as (world: World, step: OfKind<K>) => Learned | undefined;
  return deed(world, step) ?? {};
}

const asked = (world: World, { machine }: ClusterStep): undefined => {
  mustLead(world, machine);
};
const change =
  (changes: Partial<SimMachine>) =>
  (world: World, { machine }: ClusterStep): undefined => {
    Object.assign(there(world, machine), changes);
  };

const DEEDS: Deeds = {
  init,
  join,
  leave,
  removeNode,
  promote: changeRole,
  demote: changeRole,
  drain: update,
  activate: update,
  setAvailability: update,
  setLabels: update,
  waitHealthy: (world, { machine }) => {
    if (!answers(world, there(world, machine).nodeId)) throw new Error(`${machine} never gets healthy`);
    return undefined;
  },
  setAutolock: (world, step) => {
    mustLead(world, step.machine);
    swarmOf(world).autolock = step.autolock;
    return undefined;
  },
  createIngress: (world, { machine, mtu, encrypted }) => {
    mustLead(world, machine);
    swarmOf(world).ingress = { mtu, encrypted };
    return undefined;
  },
  rotateTokens: asked,
  rotateUnlockKey: asked,
  backupRaft: asked,
  liveRestoreOff: change({ liveRestore: false }),
  checksumOffloadOff: change({}),
  upgradeEngine: change({ outdated: false }),
  unlock: change({ state: 'active' }),
  probe: change({}),
  createBridge: (world, { machine, mtu }) => {
    if (there(world, machine).state !== 'inactive') throw new Error(`${machine} has its bridge in use`);
    there(world, machine).bridgeMtu = mtu;
    return undefined;
  },
  firewall: (world, { machine, members, manager }) => {
    there(world, machine).firewall = { members, manager };
    return undefined;
  },
  forceNewCluster: (_world, { machine }) => {
    throw new Error(`${machine} would be alone`);
  },
};

function init(world: World, step: OfKind<'init'>): Learned {
  const machine = there(world, step.machine);
  if (world.swarm) throw new Error('a second swarm');
  if (machine.state !== 'inactive') throw new Error(`${step.machine} is ${machine.state}`);
  mustBePrepared(step.machine, machine);
  const id = enter(world, machine, step);
  const node: SimNode = nodeAs('manager', step);
  world.swarm = {
    id: 'swarm',
    leader: id,
    nodes: { [id]: node },
    autolock: step.autolock,
    ingress: { mtu: 1500, encrypted: false },
  };
  return { nodeId: id, swarmId: 'swarm' };
}

function join(world: World, step: OfKind<'join'>): Learned {
  const machine = there(world, step.machine);
  if (machine.state !== 'inactive') throw new Error(`${step.machine} is ${machine.state}`);
  if (step.advertise !== machine.address) throw new Error(`${step.machine} has no ${step.advertise}`);
  mustBePrepared(step.machine, machine);
  for (const id of managersOf(world).filter((one) => answers(world, one))) {
    const manager = world.machines[world.swarm?.nodes[id]?.machine ?? ''];
    if (manager && !(manager.firewall?.members ?? []).includes(step.advertise))
      throw new Error('kept out by a firewall');
  }
  const id = enter(world, machine, step);
  swarmOf(world).nodes[id] = nodeAs(step.role, step);
  return { nodeId: id };
}

function mustBePrepared(name: string, machine: SimMachine): void {
  if (machine.liveRestore) throw new Error(`${name} has live-restore`);
  if (machine.mtu < 1500 && machine.bridgeMtu === undefined) throw new Error(`${name} has no bridge of its MTU`);
}

function nodeAs(role: SimNode['role'], { machine, availability }: OfKind<'init' | 'join'>): SimNode {
  return { machine, role, availability, labels: {}, foreign: false, foreignUp: false };
}

function enter(world: World, machine: SimMachine, { advertise }: OfKind<'init' | 'join'>): string {
  world.counter += 1;
  Object.assign(machine, { state: 'active', nodeId: `n${world.counter}`, nodeAddress: advertise });
  return machine.nodeId;
}

function leave(world: World, step: OfKind<'leave'>): Learned {
  const machine = there(world, step.machine);
  if (machine.elsewhere) throw new Error(`${step.machine} left somebody else's swarm`);
  const role = world.swarm?.nodes[machine.nodeId]?.role;
  if (role === 'manager' && !step.force) throw new Error(`${step.machine} is a manager and must not leave`);
  if (role === 'manager' && answers(world, machine.nodeId)) throw new Error(`${step.machine} leaves as a manager`);
  Object.assign(machine, { state: 'inactive', nodeId: '', nodeAddress: '' });
  return {};
}

function removeNode(world: World, step: OfKind<'removeNode'>): undefined {
  const { nodes } = swarmOf(world);
  const node = nodes[step.nodeId];
  if (!node) return;
  if (node.foreign) throw new Error(`removes somebody else's node ${step.nodeId}`);
  if (node.role === 'manager') throw new Error(`node ${step.nodeId} is a manager`);
  if (answers(world, step.nodeId) && !step.force) throw new Error(`node ${step.nodeId} is not down`);
  Reflect.deleteProperty(nodes, step.nodeId);
}

function changeRole(world: World, step: OfKind<'promote' | 'demote'>): undefined {
  const node = nodeFor(world, step);
  if (node.foreign) throw new Error(`changes somebody else's node ${step.nodeId}`);
  if (step.kind === 'promote') {
    if (!answers(world, step.nodeId)) throw new Error(`${step.machine} cannot become a manager: it is down`);
    node.role = 'manager';
    return;
  }
  node.role = 'worker';
  if (managersOf(world).length === 0) throw new Error('attempting to demote the last manager of the swarm');
}

function update(world: World, step: OfKind<'drain' | 'activate' | 'setAvailability' | 'setLabels'>): undefined {
  const node = nodeFor(world, step);
  if (node.foreign) throw new Error(`changes somebody else's node`);
  const without = (labels: SimNode['labels'], keys: readonly string[]): SimNode['labels'] =>
    Object.fromEntries(Object.entries(labels).filter(([key]) => !keys.includes(key)));
  if (step.kind === 'drain')
    Object.assign(node, { availability: 'drain', labels: { ...node.labels, [DRAINED_LABEL]: 'yes' } });
  if (step.kind === 'activate')
    Object.assign(node, { availability: step.availability, labels: without(node.labels, [DRAINED_LABEL]) });
  if (step.kind === 'setAvailability') node.availability = step.availability;
  if (step.kind === 'setLabels') node.labels = { ...without(node.labels, step.unset), ...step.set };
}

function mustLead(world: World, name: string): void {
  const { nodeId } = there(world, name);
  if (world.swarm?.nodes[nodeId]?.role !== 'manager' || !answers(world, nodeId))
    throw new Error(`${name} is no manager`);
  if (!hasQuorum(world)) throw new Error('the swarm does not have a leader');
}

function electLeader(world: World): void {
  const { swarm } = world;
  if (!swarm || (swarm.nodes[swarm.leader]?.role === 'manager' && answers(world, swarm.leader))) return;
  swarm.leader = managersOf(world).find((id) => answers(world, id)) ?? '';
}

function nodeFor(world: World, { nodeId, machine }: { readonly nodeId: string; readonly machine: string }): SimNode {
  const node = swarmOf(world).nodes[nodeId === '' ? there(world, machine).nodeId : nodeId];
  if (!node) throw new Error(`no node ${nodeId} of ${machine}`);
  return node;
}

function there(world: World, name: string): SimMachine {
  const machine = world.machines[name];
  if (!machine?.up) throw new Error(`${name} does not answer`);
  return machine;
}

function swarmOf({ swarm }: World): SimSwarm {
  if (!swarm) throw new Error('no swarm');
  return swarm;
}
