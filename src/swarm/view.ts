import type { MachineName } from '../name.js';
import { isOnCard } from './card-address.js';
import type { Cluster, Member } from './contract.js';
import type { ClusterFacts, MachineFacts, NodeFacts, SwarmFacts } from './facts.js';

/** What became of the members, and which nodes are to go. */
export interface View {
  readonly cluster: Cluster;
  readonly swarm: SwarmFacts;
  readonly members: readonly MemberView[];
  readonly leavers: readonly Leaver[];
  /** Managers that shall leave too, once one that stays is there. */
  readonly kept: readonly Leaver[];
  readonly facts: ReadonlyMap<MachineName, MachineFacts>;
}

export type MemberView = { readonly member: Member } & (
  | { readonly kind: 'current'; readonly machine: MachineFacts; readonly node: NodeFacts }
  /** Not in the swarm; `stuck` in a join that never ended, or in a node that was removed. */
  | { readonly kind: 'joiner'; readonly machine: MachineFacts; readonly stuck: boolean }
  /** A node that only leaving and joining mends: its address changed, its engine says `error`, or it has a raft of its own. */
  | { readonly kind: 'rejoiner'; readonly machine: MachineFacts; readonly node: NodeFacts }
  | { readonly kind: 'waiting' }
);
export type Current = Extract<MemberView, { readonly kind: 'current' }>;
export type Joiner = Extract<MemberView, { readonly kind: 'joiner' }>;
export type Rejoiner = Extract<MemberView, { readonly kind: 'rejoiner' }>;

export interface Leaver {
  readonly machine: MachineName;
  /** Undefined when the swarm knows it no more. */
  readonly node?: NodeFacts;
  /** The machine is there, and is this node: it can leave by itself. */
  readonly answers: boolean;
}

export function viewOf(cluster: Cluster, { machines }: ClusterFacts, swarm: SwarmFacts): View {
  const facts = new Map(machines.map((machine) => [machine.machine, machine]));
  const members = cluster.members.map((member) => memberView(member, facts.get(member.machine), { cluster, swarm }));
  const leavers = leaversOf(cluster, { members, facts, swarm });
  const isKept = ({ node, answers }: Leaver): boolean =>
    !hasLastingManager(members) && node?.role === 'manager' && answers && node.reachability === 'reachable';
  return {
    ...{ cluster, swarm, members, facts },
    leavers: leavers.filter((one) => !isKept(one)),
    kept: leavers.filter(isKept),
  };
}

/** Members that shall be workers, once one that stays is there. */
export function keptManagers(members: View['members']): readonly Current[] {
  if (hasLastingManager(members)) return [];
  return members.filter(
    (one): one is Current => one.kind === 'current' && one.member.role === 'worker' && one.node.role === 'manager',
  );
}

/** A manager that stays, and answers now or joins in this plan. */
export function hasLastingManager(members: View['members']): boolean {
  return members.some(
    (one) =>
      one.member.role === 'manager' &&
      (one.kind === 'joiner' ||
        one.kind === 'rejoiner' ||
        (one.kind === 'current' && (one.node.role === 'worker' || one.node.reachability === 'reachable'))),
  );
}

export function ofKind<K extends MemberView['kind']>(
  { members }: View,
  kind: K,
): readonly Extract<MemberView, { readonly kind: K }>[] {
  return members.filter((view): view is Extract<MemberView, { readonly kind: K }> => view.kind === kind);
}

/** Whether the machine's engine is in a swarm that is not this one. */
export function isElsewhere({ node }: MachineFacts, cluster: Cluster, swarm: SwarmFacts | undefined): boolean {
  if (node.state === 'inactive') return false;
  const id = swarm?.id ?? cluster.id;
  if (node.swarmId !== undefined && id !== undefined) return node.swarmId !== id;
  const known = [...cluster.nodes, ...(swarm?.nodes ?? [])];
  const isKnown = (nodeId: string): boolean => known.some((one) => one.id === nodeId);
  if (isKnown(node.id)) return false;
  // A manager that is not recorded; or one that was begun and left no more than this.
  if (node.remoteManagers.length === 0) return node.swarmId !== undefined;
  const addresses = swarm?.nodes.map(({ address }) => address) ?? [];
  return !node.remoteManagers.some((one) => isKnown(one.id) || addresses.includes(hostOf(one.address)));
}

/** The machine's node advertises an address that the machine has no more. */
export function hasMoved(machine: MachineFacts): boolean {
  const { address } = machine.node;
  return address !== '' && machine.interfaces.length > 0 && address !== machine.address && !isOnCard(machine, address);
}

function memberView(
  member: Member,
  machine: MachineFacts | undefined,
  { cluster, swarm }: Pick<View, 'cluster' | 'swarm'>,
): MemberView {
  if (!machine?.reachable) return { kind: 'waiting', member };
  const { state } = machine.node;
  const node = nodeOf(machine, { cluster, swarm });
  if (state === 'inactive') return { kind: 'joiner', member, machine, stuck: false };
  if (!node) return { kind: 'joiner', member, machine, stuck: true };
  if (state === 'error' || hasMoved(machine) || isRival(machine, node))
    return { kind: 'rejoiner', member, machine, node };
  // It waits for a leader: only time or its network can mend that.
  if (state === 'pending' || state === 'locked') return { kind: 'waiting', member };
  return { kind: 'current', member, machine, node };
}

/** A manager of before a --force-new-cluster: it still votes with its like, and two of them would be a second swarm. */
function isRival({ node }: MachineFacts, { role, status }: NodeFacts): boolean {
  return node.manager && role === 'worker' && status === 'down';
}

function leaversOf(
  cluster: Cluster,
  { members, facts, swarm }: Pick<View, 'members' | 'facts' | 'swarm'>,
): readonly Leaver[] {
  const kept = new Set(members.flatMap((view) => ('node' in view ? [view.node.id] : [])));
  const waiting = new Set(members.flatMap((view) => (view.kind === 'waiting' ? [view.member.machine] : [])));
  const nodes = swarm.nodes.flatMap((node): Leaver[] => {
    const machine = ownerOf(node, cluster, facts);
    if (machine === undefined || kept.has(node.id) || waiting.has(machine)) return [];
    const local = facts.get(machine);
    const answers = local?.reachable === true && nodeOf(local, { cluster, swarm })?.id === node.id;
    return [{ machine, node, answers }];
  });
  const orphans = cluster.leaving.flatMap((machine): Leaver[] => {
    const local = facts.get(machine);
    if (!local?.reachable || local.node.state === 'inactive' || isElsewhere(local, cluster, swarm)) return [];
    return swarm.nodes.some(({ id }) => id === local.node.id) ? [] : [{ machine, answers: true }];
  });
  return [...nodes, ...orphans];
}

/** An engine whose node cannot start does not say which one it is; the record does. */
function nodeOf(
  { machine, node }: MachineFacts,
  { cluster, swarm }: Pick<View, 'cluster' | 'swarm'>,
): NodeFacts | undefined {
  if (node.state === 'inactive') return undefined;
  const isNameless = node.id === '' && (node.state === 'error' || node.state === 'locked');
  const ids = isNameless ? cluster.nodes.filter((one) => one.machine === machine).map(({ id }) => id) : [node.id];
  return swarm.nodes.filter(({ id }) => ids.includes(id)).at(-1);
}

/** Only what is on record, or what a machine that shall be in or out says of itself; host names prove nothing. */
function ownerOf(node: NodeFacts, { nodes, members, leaving }: Cluster, facts: View['facts']): MachineName | undefined {
  const recorded = nodes.find(({ id }) => id === node.id);
  if (recorded) return recorded.machine;
  return [...members.map(({ machine }) => machine), ...leaving].find((machine) => {
    const local = facts.get(machine);
    return local?.reachable === true && local.node.state !== 'inactive' && local.node.id === node.id;
  });
}

function hostOf(address: string): string {
  return address.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}
