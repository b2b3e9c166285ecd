import { array, object, text, texts, type Found } from '../../src/cloud/found.js';
import { ANYWHERE } from '../../src/cloud/ports.js';
import type { PortRule } from '../../src/driver.js';

/** A rule for what comes in, as requests hold it (openapi: resources/firewalls/models/firewall_rule.yml). */
export interface Rule {
  readonly protocol: string;
  readonly ports: string;
  readonly sources: { readonly addresses?: readonly string[] };
}

/** Every port of a protocol; also what ICMP has to say. */
const ALL_PORTS = '0';
export const PING: Rule = { protocol: 'icmp', ports: ALL_PORTS, sources: { addresses: ANYWHERE } };
/** A firewall without any of these lets nothing out. */
export const OUTBOUND = ['tcp', 'udp', 'icmp'].map((protocol) => ({
  ...{ protocol, ports: ALL_PORTS },
  destinations: { addresses: ANYWHERE },
}));

export function ruleOf({ protocol, from, to, sources }: PortRule): Rule {
  const ports = from === to ? String(from) : isAll(from, to) ? ALL_PORTS : `${from}-${to}`;
  return { protocol, ports, sources: { addresses: sources.map(block) } };
}

function isAll(from: number, to: number): boolean {
  return from === 1 && to === 65_535;
}

/** One spelling of a block; a single address stands without its length in what others have written. */
function block(source: string): string {
  const lower = source.toLowerCase();
  if (lower.includes('/')) return lower;
  return `${lower}/${lower.includes(':') ? 128 : 32}`;
}

/** Sources that are no addresses (droplets, load balancers, tags) are not told: they are inside the account. */
export function portsOf(rules: readonly Found[]): readonly PortRule[] {
  return rules.flatMap((rule): PortRule[] => {
    const protocol = text(rule['protocol']);
    const sources = addressesOf(rule);
    if ((protocol !== 'tcp' && protocol !== 'udp') || sources.length === 0) return [];
    return [{ protocol, ...rangeOf(text(rule['ports'])), sources }];
  });
}

function rangeOf(ports: string): { readonly from: number; readonly to: number } {
  if (ports === '' || ports === ALL_PORTS || ports === 'all') return { from: 1, to: 65_535 };
  const [first = '', last = first] = ports.split('-');
  return { from: Number(first), to: Number(last) };
}

function addressesOf(rule: Found): readonly string[] {
  return texts(object(rule['sources'])['addresses']).map(block);
}

const isOf = (rule: Found, port: PortRule): boolean => {
  const { from, to } = rangeOf(text(rule['ports']));
  return text(rule['protocol']) === port.protocol && from === port.from && to === port.to;
};

/** All rules of a firewall, with the wanted ones among them. */
export function opened(rules: readonly Found[], wanted: readonly PortRule[]): readonly Found[] {
  return wanted.reduce<readonly Found[]>((all, port) => {
    const known = all.filter((rule) => isOf(rule, port)).flatMap(addressesOf);
    const missing = port.sources.map(block).filter((source) => !known.includes(source));
    if (missing.length === 0) return all;
    const isMerged = (rule: Found): boolean =>
      isOf(rule, port) && Object.keys(written(rule).sources).join() === 'addresses';
    const others = all.filter((rule) => !isMerged(rule));
    const merged = all.filter(isMerged).flatMap(addressesOf);
    return [...others, { ...ruleOf({ ...port, sources: [...new Set([...merged, ...missing])] }) }];
  }, rules.map(written));
}

/** All rules of a firewall without the blocks of the unwanted ones. */
export function closed(rules: readonly Found[], unwanted: readonly PortRule[]): readonly Found[] {
  return rules.flatMap((found) => {
    const rule = written(found);
    const gone = unwanted.filter((port) => isOf(found, port)).flatMap(({ sources }) => sources.map(block));
    if (gone.length === 0) return [rule];
    const addresses = addressesOf(found).filter((source) => !gone.includes(source));
    const { addresses: _addresses, ...others } = rule.sources;
    const sources = { ...others, ...(addresses.length === 0 ? {} : { addresses }) };
    return Object.keys(sources).length === 0 ? [] : [{ ...rule, sources }];
  });
}

/** A rule as it was answered, as requests want it: without what is null or empty. */
function written(rule: Found): { protocol: string; ports: string; sources: Found } {
  const sources = Object.entries(object(rule['sources'])).filter(
    ([, value]) => Array.isArray(value) && value.length > 0,
  );
  return {
    protocol: text(rule['protocol']),
    ports: text(rule['ports']) || ALL_PORTS,
    sources: Object.fromEntries(sources),
  };
}

/** Rules for what goes out, as they were answered. */
export function outboundOf(firewall: Found): readonly Found[] {
  return array(firewall['outbound_rules']).map((rule) => {
    const { protocol, ports } = written(rule);
    const { sources: destinations } = written({ sources: rule['destinations'] });
    return { protocol, ports, destinations };
  });
}
