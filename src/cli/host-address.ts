import { MachineError } from '../errors.js';

export interface HostAddress {
  readonly user?: string;
  readonly host: string;
  readonly port?: number;
}

/** `[user@]host[:port]`; an IPv6 address with a port needs brackets. @throws MachineError BadUsage */
export function parseHostAddress(text: string): HostAddress {
  const match =
    /^(?:(?<user>[^@\s]+)@)?(?:\[(?<v6>[0-9a-fA-F:.%a-z]+)\]|(?<host>[^\s@[\]]+?))(?::(?<port>\d{1,5}))?$/.exec(text);
  const { user, v6, host = v6, port } = match?.groups ?? {};
  if (host === undefined || Number(port ?? 1) > 65_535)
    throw new MachineError('BadUsage', `an address is [user@]host[:port], got "${text}"`);
  // Several colons without brackets: the whole is one IPv6 address.
  const bareV6 = v6 === undefined && port !== undefined && host.includes(':');
  return {
    ...(user === undefined ? {} : { user }),
    host: bareV6 ? `${host}:${port}` : host,
    ...(port === undefined || bareV6 ? {} : { port: Number(port) }),
  };
}
