import { MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import { checkAddressPool } from './address-pool.js';
import { addressesIn } from './advertise.js';
import { networkOf } from './cidr.js';
import type { Cluster, ClusterNetwork } from './contract.js';
import { refuseUnable } from './encryption.js';
import type { ClusterFacts, MachineFacts, SwarmFacts } from './facts.js';
import { nameList } from './name-list.js';
import { candidateOf } from './plan-join.js';
import { arithmetic, majority } from './quorum.js';
import { hasMoved, isElsewhere, ofKind, type View } from './view.js';

/** Whatever makes the whole plan wrong. @throws MachineError ClusterRefused, QuorumLost, HostUnreachable, BadOption */
export function refuseWhole(cluster: Cluster, facts: ClusterFacts): void {
  refuseNames(cluster);
  refuseCopies(facts.machines);
  refuseElsewhere(cluster, facts);
  refuseUnable(cluster, facts.machines);
  if (!facts.swarm) refuseLost(cluster, facts.machines);
  if (cluster.id === undefined) checkAddressPool(cluster.addressPool, cluster.subnetSize, takenBy(facts.machines));
}

/** Networks that no overlay network may overlap. */
export function takenBy(machines: readonly MachineFacts[]): readonly { cidr: string; machine: MachineName }[] {
  return machines.flatMap(({ machine, interfaces, routes }) => {
    const own = interfaces.flatMap(({ addresses }) =>
      addresses.map(({ address, prefix }) => networkOf(address, prefix)),
    );
    // A default route is in nobody's way.
    return [...own, ...routes.filter((cidr) => Number(cidr.split('/')[1]) >= 8)].map((cidr) => ({ cidr, machine }));
  });
}

function refuseNames({ name, members, leaving }: Cluster): void {
  const names = [...members.map(({ machine }) => machine), ...leaving];
  const twice = names.find((one, index) => names.indexOf(one) !== index);
  if (twice !== undefined) throw new MachineError('ClusterRefused', `machine "${twice}" is named twice in "${name}"`);
  if (members.some(({ role }) => role === 'manager')) return;
  throw new MachineError('ClusterRefused', `cluster "${name}" would have no manager`, {
    suggestions: ['Keep at least one: --managers 1', `berth swarm rm ${name}`],
  });
}

/** Two machines that are the same node took an image of one (swarmsible#11: that loses quorums). */
function refuseCopies(machines: readonly MachineFacts[]): void {
  const nodes = machines.filter(({ reachable, node }) => reachable && node.state !== 'inactive' && node.id !== '');
  for (const [index, one] of nodes.entries()) {
    const twin = nodes.slice(0, index).find(({ node }) => node.id === one.node.id);
    if (!twin) continue;
    throw new MachineError('ClusterRefused', `"${twin.machine}" and "${one.machine}" are the same node of a swarm`, {
      suggestions: [`berth ssh ${one.machine} -- docker swarm leave --force`],
    });
  }
}

/** The only manager, and nobody to let it in anew (moby#30455; --force-new-cluster keeps the old address, for-linux#523). */
export function refuseMoved(view: View): void {
  const [moved] = ofKind(view, 'rejoiner').filter(({ node }) => node.role === 'manager');
  if (!moved || view.swarm.nodes.filter(({ role }) => role === 'manager').length > 1) return;
  const { machine, node } = moved.machine;
  throw new MachineError('ClusterRefused', `"${machine}" is the only manager and lost its address ${node.address}`, {
    suggestions: [`Give it the address ${node.address} back`, `berth swarm rm ${view.cluster.name}`],
  });
}

/** Behind a NAT each, as on QEMU's user network: what is sent to the one never leaves the other. */
export function refuseSharedAddress({ cluster, members }: View, network: ClusterNetwork): void {
  const there = members.flatMap((one) => ('machine' in one ? [one] : []));
  for (const { member, machine } of there.filter(({ kind }) => kind === 'joiner')) {
    const { advertise } = addressesIn(network, cluster.advertise, candidateOf(machine, member));
    const twin = there.find((other) => other.machine !== machine && hasAddress(other.machine, advertise));
    if (!twin) continue;
    throw new MachineError(
      'ClusterRefused',
      `"${member.machine}" and "${twin.member.machine}" have the same address, ${advertise}`,
      { suggestions: ['Put them into one network, in which each has an address of its own'] },
    );
  }
}

function hasAddress({ interfaces }: MachineFacts, address: string): boolean {
  return interfaces.some(({ addresses }) => addresses.some((one) => one.address === address));
}

function refuseElsewhere(cluster: Cluster, { machines, swarm }: ClusterFacts): void {
  const own = swarm && isOurs(cluster, { machines, swarm }) ? swarm : undefined;
  const members = machines.filter(
    ({ machine, reachable }) => reachable && cluster.members.some((member) => member.machine === machine),
  );
  for (const machine of members) {
    const begun = cluster.id === undefined && cluster.initOn === machine.machine;
    const isStranger = swarm !== undefined && own === undefined && swarm.through === machine.machine;
    if (begun || (!isStranger && !isElsewhere(machine, cluster, own))) continue;
    throw new MachineError('ClusterRefused', `machine "${machine.machine}" is in another swarm`, {
      suggestions: [`berth ssh ${machine.machine} -- docker swarm leave --force`],
    });
  }
}

/** Before the id is on record it is ours where we began it. */
function isOurs({ id, initOn }: Cluster, { machines, swarm }: ClusterFacts & { readonly swarm: SwarmFacts }): boolean {
  if (id !== undefined) return swarm.id === id;
  const first = machines.find(({ machine }) => machine === initOn);
  return first !== undefined && swarm.nodes.some((node) => first.node.id === node.id);
}

/** A swarm that once was is never begun anew: what it holds would be lost. */
function refuseLost(cluster: Cluster, machines: readonly MachineFacts[]): void {
  if (cluster.id === undefined) return;
  const managers = cluster.members.filter(({ role }) => role === 'manager').map(({ machine }) => machine);
  const there = machines.filter(({ machine, reachable }) => managers.includes(machine) && reachable);
  if (there.some(({ node }) => node.state === 'locked')) return;
  const answering = there.filter(({ node }) => node.state === 'active' || node.state === 'pending');
  const moved = there.filter(hasMoved);
  const away = managers.filter((name) => !there.some(({ machine }) => machine === name));
  if (there.length === 0) {
    throw new MachineError(
      'HostUnreachable',
      `no manager of cluster "${cluster.name}" answers: ${nameList(managers)}`,
      {
        suggestions: [`berth start ${managers.join(' ')}`, `berth swarm status ${cluster.name}`],
      },
    );
  }
  if (moved.length === 0 && answering.length >= majority(managers.length)) refuseLeaderless(cluster, managers.length);
  const count = answering.length === 1 ? '1 answers' : `${answering.length} answer`;
  throw new MachineError(
    'QuorumLost',
    `cluster "${cluster.name}" has no quorum: ${arithmetic(managers.length, count)}`,
    {
      suggestions: [
        ...moved.slice(0, 1).map(({ machine, node }) => `Give ${machine} its address ${node.address} back`),
        ...(away.length > 0 ? [`berth start ${away.join(' ')}`] : []),
        `berth swarm repair ${cluster.name} --force-new-cluster`,
        'Know that this loses what only the lost managers knew, and that they must not come back as they are',
      ].slice(-3),
    },
  );
}

/** After a break of their network managers take as long as half a minute to elect one: nothing is lost, and nothing is to be forced. */
function refuseLeaderless({ name }: Cluster, managers: number): never {
  throw new MachineError(
    'QuorumLost',
    `cluster "${name}" has no leader yet, though enough of its ${managers} managers answer`,
    {
      suggestions: [
        `berth swarm repair ${name}`,
        'Check that the managers reach each other at port 2377 (TCP)',
        `Only where they never elect one: berth swarm repair ${name} --force-new-cluster`,
      ],
    },
  );
}
