import type { MachineName } from '../name.js';
import { GOSSIP_PORT, MANAGEMENT_PORT } from './contract.js';
import { nameList } from './name-list.js';

/** A node whose ports are probed. */
export interface ProbedNode {
  /** The machine, or the id of somebody else's node. */
  readonly name: string;
  /** Undefined for somebody else's node: nothing can be sent from there or listened for. */
  readonly machine?: MachineName;
  readonly address: string;
  readonly manager: boolean;
  /** It has just come in. What others have with each other was probed when they came. */
  readonly isNew: boolean;
}

/** A way that something shall be let through. */
export interface Way {
  readonly from: ProbedNode;
  readonly to: ProbedNode;
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
}

/** Both ways between those who came in and everybody else: gossip, the data path, and management where a manager is. */
export function waysBetween(nodes: readonly ProbedNode[], dataPathPort: number): readonly Way[] {
  const pairs = nodes.flatMap((from) =>
    nodes.flatMap((to) =>
      from !== to && from.machine !== undefined && (from.isNew || to.isNew) ? [{ from, to }] : [],
    ),
  );
  return pairs.flatMap((pair): Way[] => {
    const management = pair.to.manager ? [MANAGEMENT_PORT] : [];
    return [
      ...[...management, GOSSIP_PORT].map((port) => ({ ...pair, protocol: 'tcp' as const, port })),
      ...[GOSSIP_PORT, dataPathPort].map((port) => ({ ...pair, protocol: 'udp' as const, port })),
    ];
  });
}

/** What a host has said of the ways that begin or end at it. */
export interface Heard {
  readonly name: string;
  /** "ADDRESS PORT" of connections from it that nobody answered. */
  readonly unanswered: readonly string[];
  /** "ADDRESS PORT" of datagrams to it that did not come. */
  readonly silent: readonly string[];
  /** It can send no datagrams; it cannot tell which come. */
  readonly isMute: boolean;
  readonly isDeaf: boolean;
}

/** Ways that are known to be closed; of what nobody could send or hear nothing is known. */
export function closedWays(ways: readonly Way[], heard: readonly Heard[]): readonly Way[] {
  const of = ({ name }: ProbedNode): Heard | undefined => heard.find((one) => one.name === name);
  return ways.filter(({ from, to, protocol, port }) => {
    const [sender, receiver] = [of(from), of(to)];
    if (protocol === 'tcp') return sender?.unanswered.includes(`${to.address} ${port}`) === true;
    if (!sender || sender.isMute || !receiver || receiver.isDeaf) return false;
    return receiver.silent.includes(`${from.address} ${port}`);
  });
}

/** "7946/udp from a to b is not let through": one line for each host and set of ports. */
export function tellClosed(ways: readonly Way[]): readonly string[] {
  const portsTo = new Map<string, { from: string; to: string; ports: string[] }>();
  for (const { from, to, protocol, port } of ways) {
    const key = `${from.name} ${to.name}`;
    const known = portsTo.get(key) ?? { from: from.name, to: to.name, ports: [] };
    portsTo.set(key, { ...known, ports: [...known.ports, `${port}/${protocol}`] });
  }
  const lines = new Map<string, { senders: string[]; to: string; ports: readonly string[] }>();
  for (const { from, to, ports } of portsTo.values()) {
    const key = `${to} ${ports.join()}`;
    lines.set(key, { senders: [...(lines.get(key)?.senders ?? []), from], to, ports });
  }
  return [...lines.values()].map(
    ({ senders, to, ports }) =>
      `${ports.join(', ')} from ${nameList(senders)} to ${to} ${ports.length === 1 ? 'is' : 'are'} not let through`,
  );
}
