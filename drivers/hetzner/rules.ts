import { array, text, type Found } from '../../src/cloud/found.js';
import { ESP } from '../../src/cloud/ports.js';
import type { PortRule } from '../../src/driver.js';
import { canonicalBlock } from './cidr.js';

/** A rule of a firewall as requests hold it. */
export interface Rule {
  readonly direction: 'in' | 'out';
  readonly protocol: string;
  readonly port?: string;
  readonly source_ips?: readonly string[];
  readonly destination_ips?: readonly string[];
  readonly description?: string;
}

/** The interface's words for berth's own. */
const NOTE = 'berth';
/** One rule takes so many blocks (docs.hetzner.cloud, "Firewalls"). */
const MOST_SOURCES = 100;
export const PING: Rule = { direction: 'in', protocol: 'icmp', source_ips: ['0.0.0.0/0', '::/0'], description: NOTE };

/** Blocks of one port stand in one rule, as far as they fit. */
export function ruleOf({ protocol, from, to, sources }: PortRule): Rule {
  const ports = protocol === 'esp' ? {} : { port: from === to ? String(from) : `${from}-${to}` };
  return { direction: 'in', protocol, ...ports, source_ips: sources.map(canonicalBlock), description: NOTE };
}

export function portsOf(rules: readonly Found[]): readonly PortRule[] {
  return rules.flatMap((rule): PortRule[] => {
    const protocol = text(rule['protocol']);
    const sources = Array.isArray(rule['source_ips']) ? rule['source_ips'].map(String) : [];
    if (rule['direction'] !== 'in') return [];
    if (protocol === 'esp') return [{ ...ESP, sources }];
    if (protocol !== 'tcp' && protocol !== 'udp') return [];
    const port = text(rule['port']);
    const [first = '', last = first] = (port === 'any' ? '1-65535' : port).split('-');
    return [{ protocol, from: Number(first), to: Number(last), sources }];
  });
}

const isSame = (one: PortRule, other: PortRule): boolean =>
  one.protocol === other.protocol && one.from === other.from && one.to === other.to;

/** All rules of a firewall, with the wanted ones among them. */
export function opened(rules: readonly Found[], wanted: readonly PortRule[]): readonly Rule[] {
  return wanted.reduce<readonly Rule[]>((all, rule) => {
    const same = ours(all).filter((one) => portsOf([{ ...one }]).some((port) => isSame(port, rule)));
    const known = same.flatMap(({ source_ips: sources = [] }) => sources);
    const missing = rule.sources.map(canonicalBlock).filter((source) => !known.includes(source));
    if (missing.length === 0) return all;
    const sources = [...known, ...missing];
    const parts = Array.from({ length: Math.ceil(sources.length / MOST_SOURCES) }, (_, part) =>
      ruleOf({ ...rule, sources: sources.slice(part * MOST_SOURCES, (part + 1) * MOST_SOURCES) }),
    );
    return [...all.filter((one) => !same.includes(one)), ...parts];
  }, written(rules));
}

/** All rules of a firewall without the blocks of the unwanted ones. */
export function closed(rules: readonly Found[], unwanted: readonly PortRule[]): readonly Rule[] {
  return written(rules).flatMap((rule) => {
    const [port] = portsOf([{ ...rule }]);
    const gone = unwanted
      .filter((one) => port && isSame(one, port))
      .flatMap(({ sources }) => sources.map(canonicalBlock));
    const sources = (rule.source_ips ?? []).filter((source) => !gone.includes(source));
    if (gone.length === 0) return [rule];
    return sources.length === 0 ? [] : [{ ...rule, source_ips: sources }];
  });
}

function ours(rules: readonly Rule[]): readonly Rule[] {
  return rules.filter(({ description }) => description === NOTE);
}

/** A rule as it was answered, as requests want it: without what is null or empty. */
function written(rules: readonly Found[]): readonly Rule[] {
  return array(rules).map((rule) => {
    const kept = Object.entries(rule).filter(
      ([, value]) => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0),
    );
    return Object.fromEntries(kept) as unknown as Rule;
  });
}
