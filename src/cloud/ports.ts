import type { PortRule } from '../driver.js';
import { MachineError } from '../errors.js';

/** Everybody, over IPv4 and IPv6. */
export const ANYWHERE = ['0.0.0.0/0', '::/0'] as const;

/** `port[-port][/tcp|udp]`, as docker-machine's *-open-port options take it. @throws MachineError BadOption */
export function parsePort(text: string, option: string, sources: readonly string[] = ANYWHERE): PortRule {
  const [, first = '', last = first, protocol = 'tcp'] = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp))?$/.exec(text) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (first === '' || from < 1 || from > to || to > 65_535)
    throw new MachineError('BadOption', `option --${option} wants port[-port][/tcp|udp], got "${text}"`);
  return { protocol: protocol === 'udp' ? 'udp' : 'tcp', from, to, sources };
}

/** "2376/tcp", "8000-8080/udp". */
export function portText({ protocol, from, to }: PortRule): string {
  return `${from === to ? from : `${from}-${to}`}/${protocol}`;
}
