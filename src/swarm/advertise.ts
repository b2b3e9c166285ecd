import { MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import { cardAddresses, isOnCard, type CardAddress } from './card-address.js';
import { isIn, networkOf, parseIpv4Network } from './cidr.js';
import type { AdvertiseChoice, ClusterNetwork } from './contract.js';
import type { Addresses } from './engine.js';
import type { MachineFacts } from './facts.js';
import { USUAL_MTU } from './mtu.js';
import { nameList } from './name-list.js';

/** What is known of a machine that shall be in the network. */
export interface Candidate extends Pick<MachineFacts, 'machine' | 'address' | 'interfaces' | 'routes'> {
  /** As Member.place. */
  readonly place: string;
}

/**
 * The network in which the members find each other: a private one that all are in, else the public one; IPv4 before IPv6.
 * @throws MachineError ClusterRefused with the names of those that are in the way
 */
export function chooseNetwork(choice: AdvertiseChoice, machines: readonly Candidate[]): ClusterNetwork {
  const places = new Set(machines.flatMap(({ place }) => (place === '' ? [] : [place])));
  const place = places.size === 1 ? ([...places][0] ?? '') : '';
  const isOnePlace = places.size === 1 && machines.every((machine) => machine.place !== '');
  for (const family of [4, 6] as const) {
    for (const scope of scopesOf(choice)) {
      const all = machines.map((machine) => addressesFor(choice, { scope, family }, machine));
      const mtu = Math.min(...all.flatMap((addresses) => addresses[0]?.mtu ?? []), 65_535);
      if (all.some((addresses) => addresses.length === 0)) continue;
      if (scope === 'public') return { scope, family, place: '', mtu };
      const cidr = places.size > 1 ? undefined : commonCidr(machines, all);
      if (cidr !== undefined) return { scope, family, cidr, place, mtu: mtuIn(cidr, all) };
      if (isOnePlace || choice.kind !== 'auto') return { scope, family, place, mtu };
    }
  }
  throw noNetwork(choice, machines);
}

/** The machine's own addresses in the cluster's network. @throws MachineError ClusterRefused */
export function addressesIn(network: ClusterNetwork, choice: AdvertiseChoice, machine: Candidate): Addresses {
  const [found] = candidatesIn(network, choice, machine);
  if (!found) {
    throw new MachineError('ClusterRefused', `"${machine.machine}" has no address in ${describe(network)}`, {
      suggestions: ['Attach it to that network, or create a second cluster for it'],
    });
  }
  const { address } = found;
  // An address that the provider's NAT stands in for cannot be listened on.
  const listen = isOnCard(machine, address) ? address : network.family === 4 ? '0.0.0.0' : '::';
  return { advertise: address, listen, dataPath: address };
}

/** The MTU of the card that has the machine's address in the network. */
export function mtuOf(network: ClusterNetwork, choice: AdvertiseChoice, machine: Candidate): number {
  return candidatesIn(network, choice, machine)[0]?.mtu ?? USUAL_MTU;
}

function candidatesIn(network: ClusterNetwork, choice: AdvertiseChoice, machine: Candidate): readonly CardAddress[] {
  const { cidr, place } = network;
  if (place !== '' && machine.place !== '' && machine.place !== place) return [];
  const all = addressesFor(choice, network, machine);
  return cidr === undefined ? all : all.filter(({ address }) => isIn(address, cidr));
}

function scopesOf({ kind }: AdvertiseChoice): readonly ('private' | 'public')[] {
  if (kind === 'private' || kind === 'public') return [kind];
  return ['private', 'public'];
}

function addressesFor(
  choice: AdvertiseChoice,
  { scope, family }: Pick<ClusterNetwork, 'scope' | 'family'>,
  machine: Candidate,
): readonly CardAddress[] {
  // The overlay's packets do not pass a NAT (moby#30550), so an address that no card has is taken only when asked for.
  return cardAddresses(machine, { withNat: choice.kind === 'public' }).filter(
    (card) =>
      card.scope === scope &&
      card.family === family &&
      (choice.kind !== 'interface' || card.name === choice.name) &&
      (choice.kind !== 'network' || isIn(card.address, choice.cidr)),
  );
}

/** The smallest network, of those that the machines are in or have routes to, that has an address of each of them. */
function commonCidr(machines: readonly Candidate[], all: readonly (readonly CardAddress[])[]): string | undefined {
  const own = all.flatMap((addresses) => addresses.map(({ address, prefix }) => networkOf(address, prefix)));
  const routes = machines.flatMap((machine) => machine.routes).filter((cidr) => !isWholeWorld(cidr));
  const isCommon = (cidr: string): boolean =>
    all.every((addresses) => addresses.some(({ address }) => isIn(address, cidr)));
  return [...new Set([...own, ...routes])].filter(isCommon).sort((one, other) => prefixOf(other) - prefixOf(one))[0];
}

function mtuIn(cidr: string, all: readonly (readonly CardAddress[])[]): number {
  return Math.min(...all.flatMap((addresses) => addresses.find(({ address }) => isIn(address, cidr))?.mtu ?? []));
}

/** Default routes, and the halves by which VPNs override them. */
function isWholeWorld(cidr: string): boolean {
  return prefixOf(cidr) < (parseIpv4Network(cidr) ? 8 : 7);
}

function prefixOf(cidr: string): number {
  return Number(cidr.split('/')[1]);
}

function describe({ scope, family, cidr, place }: ClusterNetwork): string {
  if (cidr !== undefined) return `the cluster's network ${cidr}`;
  return `the cluster's ${scope} IPv${family} network${place === '' ? '' : ` of ${place}`}`;
}

function noNetwork(choice: AdvertiseChoice, machines: readonly Candidate[]): MachineError {
  const without = (has: (machine: Candidate) => boolean): MachineName[] =>
    machines.filter((machine) => !has(machine)).map(({ machine }) => machine);
  if (choice.kind === 'auto') {
    const names = without((machine) =>
      cardAddresses(machine, { withNat: false }).some(({ scope }) => scope === 'public'),
    );
    return new MachineError(
      'ClusterRefused',
      `only private addresses, in no network that all share: ${nameList(names)}`,
      {
        suggestions: [
          'Say --advertise private if their private addresses reach each other all the same',
          'Join them by WireGuard and say --advertise wg0',
          'Give each a public address, or a private network in common',
        ],
      },
    );
  }
  const names = without((machine) => usable(choice, machine));
  const wish = choice.kind === 'interface' ? `on "${choice.name}"` : `in ${wordsOf(choice)}`;
  return new MachineError('ClusterRefused', `no address ${wish} that fits all: ${nameList(names)}`, {
    suggestions: ['Leave --advertise out: a network that all share is chosen'],
  });
}

function usable(choice: AdvertiseChoice, machine: Candidate): boolean {
  return scopesOf(choice).some((scope) =>
    ([4, 6] as const).some((family) => addressesFor(choice, { scope, family }, machine).length > 0),
  );
}

function wordsOf(choice: Exclude<AdvertiseChoice, { readonly kind: 'interface' }>): string {
  return choice.kind === 'network' ? choice.cidr : `a ${choice.kind} network`;
}
