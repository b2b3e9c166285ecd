import { DRAINED_LABEL } from '../../../src/swarm/contract.js';
import type { ClusterStep } from '../../../src/swarm/step.js';
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

function perform(world: World, step: ClusterStep): Learned {
  switch (step.kind) {
    case 'init':
      return init(world, step);
    case 'join':
      return join(world, step);
    case 'leave':
      return leave(world, step);
    case 'removeNode':
      removeNode(world, step);
      return {};
    case 'promote':
    case 'demote':
      changeRole(world, step);
      return {};
    case 'drain':
    case 'activate':
    case 'setAvailability':
    case 'setLabels':
      update(nodeFor(world, step), step);
      return {};
    case 'waitHealthy':
      if (!answers(world, there(world, step.machine).nodeId)) throw new Error(`${step.machine} never gets healthy`);
      return {};
    case 'setAutolock':
      swarmOf(world).autolock = step.autolock;
      return {};
    case 'createIngress':
      mustLead(world, step.machine);
      swarmOf(world).ingress = { mtu: step.mtu, encrypted: step.encrypted };
      return {};
    case 'rotateTokens':
    case 'rotateUnlockKey':
    case 'backupRaft':
      mustLead(world, step.machine);
      return {};
    default:
      onMachine(there(world, step.machine), step);
      return {};
  }
}

function onMachine(machine: SimMachine, step: ClusterStep): void {
  switch (step.kind) {
    case 'liveRestoreOff':
      machine.liveRestore = false;
      return;
    case 'createBridge':
      if (machine.state !== 'inactive') throw new Error(`${step.machine} has its bridge in use`);
      machine.bridgeMtu = step.mtu;
      return;
    case 'firewall':
      machine.firewall = { members: step.members, manager: step.manager };
      return;
    case 'upgradeEngine':
      machine.outdated = false;
      return;
    case 'unlock':
      machine.state = 'active';
      return;
    case 'probe':
      return;
    default:
      throw new Error(`the model does not know ${step.kind}`);
  }
}

function init(world: World, step: Extract<ClusterStep, { kind: 'init' }>): Learned {
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

function join(world: World, step: Extract<ClusterStep, { kind: 'join' }>): Learned {
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

function nodeAs(
  role: SimNode['role'],
  { machine, availability }: Extract<ClusterStep, { kind: 'init' | 'join' }>,
): SimNode {
  return { machine, role, availability, labels: {}, foreign: false, foreignUp: false };
}

function enter(
  world: World,
  machine: SimMachine,
  { advertise }: Extract<ClusterStep, { kind: 'init' | 'join' }>,
): string {
  world.counter += 1;
  Object.assign(machine, { state: 'active', nodeId: `n${world.counter}`, nodeAddress: advertise });
  return machine.nodeId;
}

function leave(world: World, step: Extract<ClusterStep, { kind: 'leave' }>): Learned {
  const machine = there(world, step.machine);
  if (machine.elsewhere) throw new Error(`${step.machine} left somebody else's swarm`);
  const role = world.swarm?.nodes[machine.nodeId]?.role;
  if (role === 'manager' && !step.force) throw new Error(`${step.machine} is a manager and must not leave`);
  if (role === 'manager' && answers(world, machine.nodeId)) throw new Error(`${step.machine} leaves as a manager`);
  Object.assign(machine, { state: 'inactive', nodeId: '', nodeAddress: '' });
  return {};
}

function removeNode(world: World, step: Extract<ClusterStep, { kind: 'removeNode' }>): void {
  const { nodes } = swarmOf(world);
  const node = nodes[step.nodeId];
  if (!node) return;
  if (node.foreign) throw new Error(`removes somebody else's node ${step.nodeId}`);
  if (node.role === 'manager') throw new Error(`node ${step.nodeId} is a manager`);
  if (answers(world, step.nodeId) && !step.force) throw new Error(`node ${step.nodeId} is not down`);
  Reflect.deleteProperty(nodes, step.nodeId);
}

function changeRole(world: World, step: Extract<ClusterStep, { kind: 'promote' | 'demote' }>): void {
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

function update(
  node: SimNode,
  step: Extract<ClusterStep, { kind: 'drain' | 'activate' | 'setAvailability' | 'setLabels' }>,
): void {
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
