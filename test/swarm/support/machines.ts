import { parseName } from '../../../src/name.js';
import type { Candidate } from '../../../src/swarm/advertise.js';
import type { InterfaceFacts } from '../../../src/swarm/facts.js';

/** `eth0 10.0.0.2/24 1450`: name, addresses separated by commas, MTU (1500 when left out). */
export function card(text: string): InterfaceFacts {
  const [name = '', addresses = '', mtu = '1500'] = text.split(' ');
  return {
    name,
    mtu: Number(mtu),
    addresses: addresses.split(',').map((one) => {
      const [address = '', prefix = ''] = one.split('/');
      return { address, prefix: Number(prefix) };
    }),
  };
}

interface Rest {
  readonly address?: string;
  readonly routes?: readonly string[];
  readonly place?: string;
}

export function candidate(name: string, cards: readonly string[], rest: Rest = {}): Candidate {
  const interfaces = cards.map(card);
  return {
    machine: parseName(name),
    address: rest.address ?? interfaces[0]?.addresses[0]?.address ?? '',
    interfaces,
    routes: rest.routes ?? [],
    place: rest.place ?? '',
  };
}
