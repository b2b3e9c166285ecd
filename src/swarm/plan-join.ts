import { addressesIn, mtuOf, type Candidate } from './advertise.js';
import { chooseBridgeSubnet } from './address-pool.js';
import { networkOf } from './cidr.js';
import type { Availability, Cluster, ClusterNetwork, Member } from './contract.js';
import { on, oneByOne, via, type Draft, type DraftStage } from './draft.js';
import type { MachineFacts } from './facts.js';
import { bridgeMtu, USUAL_MTU } from './mtu.js';
import { ofKind, type Joiner, type Rejoiner, type View } from './view.js';

/** What a machine needs before it is a node: stage by stage, all machines at the same time. */
export function prepareStages(machines: readonly MachineFacts[], everybody: readonly MachineFacts[]): DraftStage[] {
  const taken = everybody.flatMap((machine) => [...networksOf(machine), ...machine.routes]);
  return [
    machines.filter(({ liveRestore }) => liveRestore).map(({ machine }) => on({ kind: 'liveRestoreOff', machine })),
    machines
      .filter(({ vmxnet3Offload }) => vmxnet3Offload === true)
      .map(({ machine }) => on({ kind: 'checksumOffloadOff', machine })),
    machines.flatMap((machine) => bridgeSteps(machine, taken)),
  ];
}

/** Out of what holds them: a join that never ended, or a node that was removed behind their back. */
export function freeStage(joiners: readonly Joiner[]): DraftStage {
  return joiners
    .filter(({ stuck }) => stuck)
    .map(({ machine: { machine } }) => on({ kind: 'leave', machine, force: true }));
}

/** Workers all at the same time; managers one after the other, since each changes the group that lets the next one in. */
export function joinStages(view: View, network: ClusterNetwork): readonly DraftStage[] {
  const joiners = ofKind(view, 'joiner');
  const workers = joiners.filter(({ member }) => member.role === 'worker').map((one) => joinStep(view, network, one));
  const managers = joiners.filter(({ member }) => member.role === 'manager');
  const [first, ...later] = managers.map((one): readonly DraftStage[] => [
    [joinStep(view, network, one)],
    [healthStep(one.member)],
  ]);
  const [firstJoin = [], ...firstRest] = first ?? [];
  return [[...firstJoin, ...workers], ...firstRest, ...later.flat()];
}

/** One after the other, through another manager: a node keeps the address that it joined with (moby#30455). */
export function rejoinStages(view: View, network: ClusterNetwork): readonly DraftStage[] {
  return ofKind(view, 'rejoiner').flatMap((one) => [
    ...oneByOne(outSteps(one)),
    [joinStep(view, network, one)],
    ...(one.member.role === 'manager' ? [[healthStep(one.member)]] : []),
  ]);
}

export function healthStep({ machine, role }: Pick<Member, 'machine' | 'role'>): Draft {
  return via({ kind: 'waitHealthy', machine, role });
}

export function candidateOf(machine: MachineFacts, { place }: Pick<Member, 'place'>): Candidate {
  return { ...machine, place };
}

/** What a node shall be when it joins, and afterwards if somebody said so. */
export function firstAvailability(cluster: Cluster, { availability, role }: Member): Availability {
  return availability ?? (cluster.drainManagers && role === 'manager' ? 'drain' : 'active');
}

/** The smallest MTU of those who are in the network or come into it. */
export function smallestMtu({ cluster, members }: View, network: ClusterNetwork): number {
  const mtus = members.flatMap((one) =>
    'machine' in one ? [mtuOf(network, cluster.advertise, candidateOf(one.machine, one.member))] : [],
  );
  return Math.min(network.mtu, ...mtus);
}

function bridgeSteps({ machine, bridge, interfaces, ...rest }: MachineFacts, taken: readonly string[]): Draft[] {
  const mtu = bridgeMtu(interfaces);
  if (bridge) {
    if ((bridge.mtu ?? USUAL_MTU) <= mtu) return [];
    return [on({ kind: 'createBridge', machine, mtu, subnet: bridge.subnet, replace: true })];
  }
  const usual = chooseBridgeSubnet([...networksOf({ interfaces }), ...rest.routes]);
  const subnet = chooseBridgeSubnet(taken) ?? usual;
  if (subnet === undefined || (mtu === USUAL_MTU && subnet === usual)) return [];
  return [on({ kind: 'createBridge', machine, mtu, subnet, replace: false })];
}

function networksOf({ interfaces }: Pick<MachineFacts, 'interfaces'>): string[] {
  return interfaces.flatMap(({ addresses }) => addresses.map(({ address, prefix }) => networkOf(address, prefix)));
}

function joinStep({ cluster }: View, network: ClusterNetwork, { member, machine }: Joiner | Rejoiner): Draft {
  return via({
    kind: 'join',
    machine: machine.machine,
    role: member.role,
    availability: firstAvailability(cluster, member),
    ...addressesIn(network, cluster.advertise, candidateOf(machine, member)),
  });
}

function outSteps({ machine: { machine }, node }: Rejoiner): Draft[] {
  const target = { machine, nodeId: node.id };
  const moves = node.availability === 'active' && node.status === 'ready';
  const moveTasks: Draft[] = moves ? [via({ kind: 'drain', ...target })] : [];
  return [
    ...(node.role === 'manager' ? [via({ kind: 'demote', ...target })] : moveTasks),
    on({ kind: 'leave', machine, force: true }),
    via({ kind: 'removeNode', ...target, force: true }),
  ];
}
