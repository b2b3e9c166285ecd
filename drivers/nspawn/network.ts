import { createHash } from 'node:crypto';
import { MachineError } from '../../src/errors.js';

export interface Subnet {
  /** "172.30.111.0/24" */
  readonly network: string;
  readonly prefix: number;
  /** This computer's address on the bridge: the first one. */
  readonly gateway: string;
  /** Addresses for machines, lowest first; at most 500 of a larger network. */
  readonly addresses: readonly string[];
  readonly bridge: string;
  readonly bridgeMac: string;
}

/** A bridge of its own for each network; names of interfaces hold 15 characters. */
export const USUAL_SUBNET = '172.30.111.0/24';

/** @throws MachineError BadOption unless it is an IPv4 network with room for two machines */
export function parseSubnet(text: string): Subnet {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  const parts = (match ?? []).slice(1, 5).map(Number);
  const prefix = Number(match?.[5]);
  const base = parts.reduce((sum, part) => sum * 256 + part, 0);
  const size = 2 ** (32 - prefix);
  if (!match || parts.some((part) => part > 255) || prefix < 8 || prefix > 29 || base % size !== 0) {
    throw new MachineError(
      'BadOption',
      `option --nspawn-subnet wants a network such as ${USUAL_SUBNET}, got "${text}"`,
    );
  }
  const count = Math.min(size - 3, 500);
  return {
    network: text,
    prefix,
    gateway: dotted(base + 1),
    addresses: Array.from({ length: count }, (_, index) => dotted(base + 2 + index)),
    bridge: text === USUAL_SUBNET ? 'berth0' : `berth-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`,
    bridgeMac: macOf(text),
  };
}

/** A locally administered Ethernet address, always the same for the same text. */
export function macOf(text: string): string {
  const digits = createHash('sha256').update(text).digest('hex').slice(0, 10);
  return `02:${(digits.match(/../g) ?? []).join(':')}`;
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

/**
 * Name servers that a machine can reach: those of the first resolv.conf that has any which are not this computer's own.
 * `texts` are resolv.conf and, where systemd-resolved stands before it, the one with the servers it asks.
 */
export function nameserversOf(texts: readonly string[]): readonly string[] {
  for (const text of texts) {
    const found = [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].flatMap(([, address = '']) =>
      /^127\./.test(address) || address.includes(':') ? [] : [address],
    );
    // More than three are not asked (resolv.conf(5)).
    if (found.length > 0) return found.slice(0, 3);
  }
  return [];
}
