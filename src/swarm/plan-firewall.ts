import type { MachineName } from '../name.js';
import { addressesIn } from './advertise.js';
import type { ClusterNetwork } from './contract.js';
import { on, type DraftStage } from './draft.js';
import type { FirewallFacts, MachineFacts } from './facts.js';
import { candidateOf } from './plan-join.js';
import { keptManagers, ofKind, type MemberView, type View } from './view.js';

/** Which address each member has, or will have when the plan is done, by machine; of others' nodes by the node's id. */
export function addressBook(view: View, network: ClusterNetwork): ReadonlyMap<string, string> {
  const going = new Set([...view.leavers, ...ofKind(view, 'rejoiner')].map(({ node }) => node?.id));
  const staying = view.swarm.nodes
    .filter(({ id, address }) => !going.has(id) && address !== '')
    .map((node): [string, string] => [ownerOf(view, node.id) ?? node.id, node.address]);
  const coming = [...ofKind(view, 'joiner'), ...ofKind(view, 'rejoiner')].map(
    ({ member, machine }): [string, string] => [
      member.machine,
      addressesIn(network, view.cluster.advertise, candidateOf(machine, member)).advertise,
    ],
  );
  return new Map([...staying, ...coming]);
}

/** Before anybody joins: everybody who is or will be a member, and those who are about to leave. */
export function openStage(view: View, book: ReadonlyMap<string, string>): DraftStage {
  if (!view.cluster.firewall) return [];
  const leaving = view.leavers.flatMap(({ node }) => (node && node.address !== '' ? [node.address] : []));
  const managers = new Set(view.swarm.nodes.flatMap(({ id, role }) => (role === 'manager' ? [id] : [])));
  return [...membersThere(view), ...leaversThere(view)].flatMap(({ machine, manager }) => {
    const wanted = {
      members: sorted([...book.values(), ...leaving]),
      manager: manager || managers.has(machine.node.id),
    };
    const isOpen =
      machine.firewall !== undefined &&
      (machine.firewall.manager || !wanted.manager) &&
      [...book.values()].every((address) => machine.firewall?.members.includes(address));
    return isOpen ? [] : [firewallStep(view, machine.machine, wanted)];
  });
}

/** Once all is done: the members and nobody else; whoever left keeps no rules. */
export function closeStage(view: View, book: ReadonlyMap<string, string>): DraftStage {
  const { leavers, facts, cluster } = view;
  const members = sorted([...book.values()]);
  const opened = openStage(view, book);
  const narrowed = membersThere(view).flatMap(({ machine, manager }) => {
    const [open] = opened.filter(({ about }) => about === machine.machine).map((draft) => draft.make(machine.machine));
    const now = open?.kind === 'firewall' ? open : machine.firewall;
    return now && same(now, { members, manager }) ? [] : [firewallStep(view, machine.machine, { members, manager })];
  });
  const gone = [...new Set([...leavers.map(({ machine }) => machine), ...cluster.leaving])].flatMap((machine) => {
    const local = facts.get(machine);
    const isMember = [...cluster.members, ...view.kept].some((one) => one.machine === machine);
    if (isMember || !local?.reachable || (local.firewall?.members.length ?? 0) === 0) return [];
    return [firewallStep(view, machine, { members: [], manager: false })];
  });
  return cluster.firewall ? [...narrowed, ...gone] : gone;
}

interface MemberThere {
  readonly machine: MachineFacts;
  readonly manager: boolean;
}

/** A manager that is about to leave still has to let newcomers in. */
function leaversThere({ leavers, kept, facts }: View): readonly MemberThere[] {
  return [...leavers, ...kept].flatMap(({ machine, answers }) => {
    const local = facts.get(machine);
    return answers && local?.firewall ? [{ machine: local, manager: false }] : [];
  });
}

function membersThere({ members }: View): readonly MemberThere[] {
  const kept = new Set<MemberView>(keptManagers(members));
  return members.flatMap((one) =>
    one.kind === 'waiting' ? [] : [{ machine: one.machine, manager: one.member.role === 'manager' || kept.has(one) }],
  );
}

function firewallStep({ cluster }: View, machine: MachineName, rules: FirewallFacts): DraftStage[number] {
  const { dataPathPort, encrypted } = cluster;
  return on({ kind: 'firewall', machine, ...rules, dataPathPort, encrypted });
}

function ownerOf({ members, cluster }: View, id: string): MachineName | undefined {
  const current = members.find((one) => 'node' in one && one.node.id === id);
  return current?.member.machine ?? cluster.nodes.find((node) => node.id === id)?.machine;
}

function same(one: FirewallFacts, other: FirewallFacts): boolean {
  return one.manager === other.manager && one.members.join() === other.members.join();
}

function sorted(addresses: readonly string[]): readonly string[] {
  return [...new Set(addresses)].sort();
}
