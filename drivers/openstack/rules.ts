import { BlockList, isIP } from 'node:net';
import { array, number, text, type Found } from '../../src/cloud/found.js';
import { ESP, portText } from '../../src/cloud/ports.js';
import type { PortRule } from '../../src/driver.js';
import { idOf } from './values.js';

/** A rule as requests for it hold it, without its group (api-ref/network, "Create security group rule"). */
export type Rule = Readonly<Record<string, string | number>>;

/** What tells berth's rules from those that others have put into its group. */
const NOTE = 'berth';
/** Path MTU discovery and ping. */
export const PING: readonly Rule[] = [
  { ...ingress('0.0.0.0/0'), protocol: 'icmp' },
  { ...ingress('::/0'), protocol: 'ipv6-icmp' },
];

/** One rule a block. */
export function rulesOf({ protocol, from, to, sources }: PortRule): readonly Rule[] {
  const ports = protocol === 'esp' ? {} : { port_range_min: from, port_range_max: to };
  return sources.map((source) => ({ ...ingress(source), protocol, ...ports }));
}

function ingress(source: string): Rule {
  const ethertype = source.includes(':') ? 'IPv6' : 'IPv4';
  return { direction: 'ingress', ethertype, remote_ip_prefix: source, description: NOTE };
}

/** Those that are not among the group's. */
export function missingOf(wanted: readonly Rule[], there: readonly Found[]): readonly Rule[] {
  return wanted.filter((rule) => !there.some((one) => isSame(one, rule)));
}

/** Ids of berth's own rules that say the same. */
export function idsOf(unwanted: readonly Rule[], there: readonly Found[]): readonly string[] {
  const ours = there.filter((one) => text(one['description']) === NOTE);
  return ours.filter((one) => unwanted.some((rule) => isSame(one, rule))).map(idOf);
}

function isSame(one: Found, other: Found): boolean {
  const same = ['direction', 'ethertype', 'protocol', 'port_range_min', 'port_range_max'].every(
    (key) => (one[key] ?? null) === (other[key] ?? null),
  );
  return same && isSameBlock(blockOf(one), blockOf(other));
}

/** A rule without a block is for everybody of its kind. */
function blockOf(rule: Found): string {
  return text(rule['remote_ip_prefix']) || (rule['ethertype'] === 'IPv6' ? '::/0' : '0.0.0.0/0');
}

/** Neutron writes blocks in its own way: without bits behind the mask, IPv6 in short. */
function isSameBlock(one: string, other: string): boolean {
  const [[address = '', bits], [otherAddress = '', otherBits]] = [one.split('/'), other.split('/')];
  if (isIP(address) === 0 || isIP(address) !== isIP(otherAddress)) return false;
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  const length = Number(bits ?? (family === 'ipv6' ? 128 : 32));
  if (length !== Number(otherBits ?? (family === 'ipv6' ? 128 : 32))) return false;
  const block = new BlockList();
  block.addSubnet(address, length, family);
  return block.check(otherAddress, family);
}

/** What the groups let in, blocks of one port together; rules for members of other groups are nobody's block. */
export function portsOf(rules: readonly Found[]): readonly PortRule[] {
  const ports = new Map<string, PortRule>();
  for (const rule of rules) {
    if (rule['direction'] !== 'ingress' || text(rule['remote_group_id']) !== '') continue;
    for (const protocol of protocolsOf(text(rule['protocol']))) {
      const [from, to] = [number(rule['port_range_min']) || 1, number(rule['port_range_max']) || 65_535];
      const port = protocol === 'esp' ? ESP : { protocol, from, to };
      const key = portText(port);
      ports.set(key, { ...port, sources: [...(ports.get(key)?.sources ?? []), blockOf(rule)] });
    }
  }
  return [...ports.values()];
}

/** Neutron answers with the name or number that a rule was made with; one without is for every protocol. */
function protocolsOf(word: string): readonly PortRule['protocol'][] {
  if (word === '' || word === 'any' || word === '0') return ['tcp', 'udp', 'esp'];
  const known = { tcp: 'tcp', '6': 'tcp', udp: 'udp', '17': 'udp', esp: 'esp', '50': 'esp' } as const;
  return Object.entries(known).flatMap(([name, protocol]) => (name === word ? [protocol] : []));
}

export function rulesIn(group: Found): readonly Found[] {
  return array(group['security_group_rules']);
}
