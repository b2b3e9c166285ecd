import type { PortRule } from '../driver.js';
import { MachineError } from '../errors.js';

/** Everybody, over IPv4 and IPv6. */
export const ANYWHERE = ['0.0.0.0/0', '::/0'] as const;

/** IP protocol 50, which has no ports. */
export const ESP = { protocol: 'esp', from: 0, to: 0 } as const;

/** What reaches a machine that stands behind no firewall. */
export const EVERYTHING: readonly PortRule[] = [
  { protocol: 'tcp', from: 1, to: 65_535, sources: ANYWHERE },
  { protocol: 'udp', from: 1, to: 65_535, sources: ANYWHERE },
  { ...ESP, sources: ANYWHERE },
];

/** `port[-port][/tcp|udp]`, as docker-machine's *-open-port options take it. @throws MachineError BadOption */
export function parsePort(text: string, option: string, sources: readonly string[] = ANYWHERE): PortRule {
  const [, first = '', last = first, protocol = 'tcp'] = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp))?$/.exec(text) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (first === '' || from < 1 || from > to || to > 65_535)
    throw new MachineError('BadOption', `option --${option} wants port[-port][/tcp|udp], got "${text}"`);
  return { protocol: protocol === 'udp' ? 'udp' : 'tcp', from, to, sources };
}

/** "2376/tcp", "8000-8080/udp", "esp". */
export function portText({ protocol, from, to }: PortRule | Omit<PortRule, 'sources'>): string {
  if (protocol === 'esp') return protocol;
  return `${from === to ? from : `${from}-${to}`}/${protocol}`;
}
