import { isIPv6 } from 'node:net';
import { MachineError } from '../errors.js';

export interface HostAddress {
  readonly user?: string;
  readonly host: string;
  readonly port?: number;
}

/** `[user@]host[:port]`; an IPv6 address with a port needs brackets. @throws MachineError BadUsage */
export function parseHostAddress(text: string): HostAddress {
  const [, user, place = ''] = /^(?:([^@\s]+)@)?([^@\s]+)$/.exec(text) ?? [];
  const { host, port } = parsePlace(place);
  if (host === undefined || Number(port ?? 1) > 65_535)
    throw new MachineError('BadUsage', `an address is [user@]host[:port], got "${text}"`);
  return { ...(user === undefined ? {} : { user }), host, ...(port === undefined ? {} : { port: Number(port) }) };
}

function parsePlace(place: string): { readonly host?: string | undefined; readonly port?: string | undefined } {
  if (isIPv6(place)) return { host: place };
  const { v6, name, port } =
    /^(?:\[(?<v6>[^[\]]+)\]|(?<name>[^:[\]]+))(?::(?<port>\d{1,5}))?$/.exec(place)?.groups ?? {};
  return { host: v6 === undefined || isIPv6(v6) ? (v6 ?? name) : undefined, port };
}
