import { parseClusterName } from '../../../src/cluster-name.js';
import type { MachineName } from '../../../src/name.js';
import { parseName } from '../../../src/name.js';
import type { Availability, Cluster, Labels, Member, Role } from '../../../src/swarm/contract.js';
import type { ClusterFacts, FirewallFacts, MachineFacts, NodeFacts, SwarmFacts } from '../../../src/swarm/facts.js';

/** A small model of machines with engines in Swarm mode: what is there, not how it is done. */
export interface World {
  machines: Record<string, SimMachine>;
  swarm: SimSwarm | undefined;
  /** For ids and addresses, so that none comes twice. */
  counter: number;
}

export interface SimMachine {
  up: boolean;
  address: string;
  state: MachineFacts['node']['state'];
  nodeId: string;
  /** What the node advertises. */
  nodeAddress: string;
  /** It is a node of some other swarm. */
  elsewhere: boolean;
  liveRestore: boolean;
  outdated: boolean;
  mtu: number;
  bridgeMtu?: number;
  firewall?: FirewallFacts;
}

export interface SimNode {
  /** '' for somebody else's node. */
  machine: string;
  role: Role;
  availability: Availability;
  labels: Labels;
  /** Somebody else's node has nothing but these. */
  foreign: boolean;
  foreignUp: boolean;
}

export interface SimSwarm {
  id: string;
  leader: string;
  nodes: Record<string, SimNode>;
  autolock: boolean;
  ingress?: { mtu: number; encrypted: boolean };
}

export function emptyWorld(): World {
  return { machines: {}, swarm: undefined, counter: 0 };
}

export function addMachine(world: World, name: string, changes: Partial<SimMachine> = {}): SimMachine {
  world.counter += 1;
  const machine: SimMachine = {
    up: true,
    address: `10.0.0.${world.counter}`,
    state: 'inactive',
    nodeId: '',
    nodeAddress: '',
    elsewhere: false,
    liveRestore: true,
    outdated: false,
    mtu: 1500,
    ...changes,
  };
  world.machines[name] = machine;
  return machine;
}

/** Whether a node takes part: its machine is up and is this node, with the address that the others know. */
export function answers(world: World, id: string): boolean {
  const node = world.swarm?.nodes[id];
  if (!node) return false;
  if (node.foreign) return node.foreignUp;
  const machine = world.machines[node.machine];
  return (
    machine?.up === true &&
    machine.state === 'active' &&
    machine.nodeId === id &&
    machine.nodeAddress === machine.address
  );
}

export function managersOf({ swarm }: World): string[] {
  return Object.entries(swarm?.nodes ?? {}).flatMap(([id, { role }]) => (role === 'manager' ? [id] : []));
}

export function hasQuorum(world: World): boolean {
  const managers = managersOf(world);
  return managers.filter((id) => answers(world, id)).length > managers.length / 2;
}

export function factsOf(world: World, cluster: Cluster): ClusterFacts {
  const names = new Set<string>([
    ...cluster.members.map(({ machine }) => machine),
    ...cluster.leaving,
    ...cluster.nodes.map(({ machine }) => machine),
  ]);
  const machines = [...names].flatMap((name) => machineFacts(world, name));
  const through = [...names].find((name) => {
    const machine = world.machines[name];
    return machine && world.swarm?.nodes[machine.nodeId]?.role === 'manager' && answers(world, machine.nodeId);
  });
  const swarm = through !== undefined && hasQuorum(world) ? swarmFacts(world, parseName(through)) : undefined;
  return { machines, ...(swarm ? { swarm } : {}) };
}

function machineFacts(world: World, name: string): MachineFacts[] {
  const machine = world.machines[name];
  if (!machine) return [];
  const { swarm } = world;
  const own = swarm?.nodes[machine.nodeId];
  const isManager = own?.role === 'manager' && machine.state === 'active';
  const managers = managersOf(world).map((id) => ({ id, address: '192.0.2.1:2377' }));
  return [
    {
      machine: parseName(name),
      reachable: machine.up,
      node: {
        state: machine.state,
        id: machine.state === 'error' ? '' : machine.nodeId,
        address: machine.nodeAddress,
        manager: isManager,
        ...(isManager && swarm && !machine.elsewhere ? { swarmId: swarm.id } : {}),
        remoteManagers:
          machine.state !== 'active' ? [] : machine.elsewhere ? [{ id: 'x', address: '198.51.100.1:2377' }] : managers,
      },
      address: machine.address,
      interfaces: [{ name: 'eth0', mtu: machine.mtu, addresses: [{ address: machine.address, prefix: 16 }] }],
      routes: [],
      liveRestore: machine.liveRestore,
      engineVersion: '28.2.2',
      ...(machine.outdated ? { engineOutdated: true } : {}),
      ...(machine.bridgeMtu === undefined ? {} : { bridge: { mtu: machine.bridgeMtu, subnet: '172.18.0.0/16' } }),
      ...(machine.firewall ? { firewall: machine.firewall } : {}),
    },
  ];
}

function swarmFacts(world: World, through: MachineName): SwarmFacts | undefined {
  const { swarm } = world;
  if (!swarm) return undefined;
  const nodes = Object.entries(swarm.nodes).map(([id, node]): NodeFacts => {
    const isUp = answers(world, id);
    return {
      id,
      hostname: node.foreign ? 'm1' : node.machine,
      role: node.role,
      leader: swarm.leader === id,
      ...(node.role === 'manager' ? { reachability: isUp ? 'reachable' : 'unreachable' } : {}),
      status: isUp ? 'ready' : 'down',
      availability: node.availability,
      engineVersion: '28.2.2',
      address: node.foreign ? '10.0.99.1' : (world.machines[node.machine]?.nodeAddress ?? ''),
      labels: node.labels,
    };
  });
  const ingress = swarm.ingress ? { ingress: { ...swarm.ingress, used: false } } : {};
  return { id: swarm.id, through, autolock: swarm.autolock, nodes, ...ingress };
}

export function member(name: string, role: Role, changes: Partial<Member> = {}): Member {
  return { machine: parseName(name), role, labels: {}, unlabels: [], zone: '', place: 'lab', ...changes };
}

export function cluster(members: readonly Member[], changes: Partial<Cluster> = {}): Cluster {
  return {
    name: parseClusterName('web'),
    members,
    leaving: [],
    upgrading: [],
    nodes: [],
    advertise: { kind: 'auto' },
    addressPool: [],
    subnetSize: 24,
    dataPathPort: 4789,
    encrypted: false,
    autolock: false,
    drainManagers: false,
    firewall: true,
    tokensDue: false,
    createdAt: '2026-11-21T00:00:00Z',
    document: {},
    ...changes,
  };
}
