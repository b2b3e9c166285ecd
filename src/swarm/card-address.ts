import { isIP } from 'node:net';
import { scopeOf } from './cidr.js';
import type { MachineFacts } from './facts.js';
import { USUAL_MTU } from './mtu.js';

/** An address of a machine, and of the card that has it. */
export interface CardAddress {
  readonly address: string;
  readonly prefix: number;
  readonly family: 4 | 6;
  readonly scope: 'private' | 'public';
  /** The interface; '' for an address that a NAT stands in for. */
  readonly name: string;
  readonly mtu: number;
}

/** What other hosts may reach, in the order of the interfaces. `withNat`: also the address that only its record knows. */
export function cardAddresses(
  machine: Pick<MachineFacts, 'address' | 'interfaces'>,
  { withNat }: { readonly withNat: boolean },
): readonly CardAddress[] {
  const own = machine.interfaces.flatMap(({ name, mtu, addresses }) =>
    addresses.flatMap(({ address, prefix }) => card(address, { prefix, name, mtu })),
  );
  if (!withNat || isOnCard(machine, machine.address)) return own;
  const prefix = isIP(machine.address) === 6 ? 128 : 32;
  return [...own, ...card(machine.address, { prefix, name: '', mtu: USUAL_MTU })];
}

export function isOnCard({ interfaces }: Pick<MachineFacts, 'interfaces'>, address: string): boolean {
  return interfaces.some(({ addresses }) => addresses.some((one) => one.address === address));
}

function card(address: string, rest: Pick<CardAddress, 'prefix' | 'name' | 'mtu'>): CardAddress[] {
  const scope = scopeOf(address);
  return scope === 'unusable' ? [] : [{ address, scope, family: isIP(address) === 4 ? 4 : 6, ...rest }];
}
