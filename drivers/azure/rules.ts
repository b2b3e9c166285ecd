import { text, type Found } from '../../src/cloud/found.js';
import { ANYWHERE, ESP } from '../../src/cloud/ports.js';
import type { PortRule } from '../../src/driver.js';
import { propertiesOf } from './client.js';

/** A rule of a security group as requests hold it. */
export interface SecurityRule {
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>> & { readonly priority: number };
}

/** Azure's words. */
const WORDS = { tcp: 'Tcp', udp: 'Udp', esp: 'Esp' } as const;
/** Rules that are asked first, and where berth's others begin; Azure takes 100 to 4096, each of them once. */
const FIRST_PRIORITY = 100;
const OTHERS_FROM = 200;

/** docker-machine's name and priority for it. */
export const SSH_RULE: SecurityRule = {
  name: 'SSHAllowAny',
  properties: allow({ protocol: 'tcp', from: 22, to: 22, sources: ANYWHERE }, FIRST_PRIORITY),
};

/** One rule for each family of addresses that a wish names: Azure refuses both in one. */
export function rulesOf(wanted: readonly PortRule[], taken: readonly SecurityRule[]): readonly SecurityRule[] {
  const used = new Set(taken.map(({ properties }) => properties.priority));
  return wanted.flatMap(splitByFamily).map((rule) => {
    let priority = OTHERS_FROM;
    while (used.has(priority)) priority += 1;
    used.add(priority);
    return { name: nameOf(rule), properties: allow(rule, priority) };
  });
}

/** Everybody is one rule; Azure's word for it holds both families. */
export function splitByFamily(rule: PortRule): readonly PortRule[] {
  if (ANYWHERE.every((block) => rule.sources.includes(block))) return [{ ...rule, sources: ANYWHERE }];
  const families = [
    rule.sources.filter((block) => !block.includes(':')),
    rule.sources.filter((block) => block.includes(':')),
  ];
  return families.filter((sources) => sources.length > 0).map((sources) => ({ ...rule, sources }));
}

/** "berth-tcp-2376-2376", "berth-esp", with "-v6" for rules of IPv6 alone: berth finds its own again by it. */
export function nameOf({ protocol, from, to, sources }: PortRule): string {
  const isV6 = sources.every((block) => block.includes(':'));
  const ports = protocol === 'esp' ? '' : `-${from}-${to}`;
  return `berth-${protocol}${ports}${isV6 ? '-v6' : ''}`;
}

function allow({ protocol, from, to, sources }: PortRule, priority: number): SecurityRule['properties'] {
  const isAnybody = ANYWHERE.every((block) => sources.includes(block));
  return {
    priority,
    direction: 'Inbound',
    access: 'Allow',
    protocol: WORDS[protocol],
    sourcePortRange: '*',
    ...(isAnybody ? { sourceAddressPrefix: '*' } : { sourceAddressPrefixes: [...sources] }),
    destinationAddressPrefix: '*',
    destinationPortRange: protocol === 'esp' ? '*' : from === to ? String(from) : `${from}-${to}`,
  };
}

/** What a group's own rules let in; rules that forbid, or that berth could not write, are left out. */
export function portsIn(rules: readonly Found[]): readonly PortRule[] {
  return rules.flatMap((rule) => {
    const { access, direction, ...rest } = propertiesOf(rule);
    if (access !== 'Allow' || direction !== 'Inbound') return [];
    const protocols = protocolsOf(text(rest['protocol']));
    const ranges = [text(rest['destinationPortRange']), ...strings(rest['destinationPortRanges'])];
    const sources = [text(rest['sourceAddressPrefix']), ...strings(rest['sourceAddressPrefixes'])].flatMap(blocksOf);
    return protocols.flatMap((protocol) => ranges.flatMap((range) => portsOf(range, protocol, sources)));
  });
}

/** Whether a rule lets anybody at all in there: addresses, or what a service tag stands for. */
export function lets(
  rules: readonly Found[],
  { protocol, from, to }: Pick<PortRule, 'protocol' | 'from' | 'to'>,
): boolean {
  const open = rules.flatMap((rule) =>
    portsIn([{ ...rule, properties: { ...propertiesOf(rule), sourceAddressPrefix: '*', sourceAddressPrefixes: [] } }]),
  );
  return open.some((one) => one.protocol === protocol && one.from <= from && one.to >= to);
}

function portsOf(range: string, protocol: PortRule['protocol'], sources: readonly string[]): PortRule[] {
  if (sources.length === 0) return [];
  if (protocol === 'esp') return range === '*' ? [{ ...ESP, sources }] : [];
  const [first = '', last = first] = (range === '*' ? '1-65535' : range).split('-');
  if (!/^\d+$/.test(first)) return [];
  return [{ protocol, from: Number(first), to: Number(last), sources }];
}

/** Words come back in whichever case they were written. */
function protocolsOf(word: string): readonly PortRule['protocol'][] {
  return (['tcp', 'udp', 'esp'] as const).filter((protocol) => word === '*' || word.toLowerCase() === protocol);
}

/** Service tags but the one of everybody are no blocks of addresses. */
function blocksOf(prefix: string): readonly string[] {
  if (prefix === '*' || prefix === 'Internet') return ANYWHERE;
  if (!/^[0-9a-f.:/]+$/i.test(prefix)) return [];
  return [prefix.includes('/') ? prefix : `${prefix}/${prefix.includes(':') ? 128 : 32}`];
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(text) : [];
}

/** What a rule of the group takes of the priorities. */
export function takenBy(rules: readonly Found[]): readonly SecurityRule[] {
  return rules.map((rule) => ({
    name: text(rule['name']),
    properties: { priority: Number(propertiesOf(rule)['priority']) || 0 },
  }));
}
