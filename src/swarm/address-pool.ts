import { MachineError } from '../errors.js';
import { networkAt, overlap, parseIpv4Network, printNetwork, sizeOf, type Ipv4Network } from './cidr.js';

/** A network that something has already, and who. */
export interface TakenNetwork {
  /** IPv6 networks do not count: overlay networks are IPv4 unless one is asked for. */
  readonly cidr: string;
  readonly machine: string;
}

/** The engine's own default (`docker swarm init --default-addr-pool`). */
export const USUAL_POOL = '10.0.0.0/8';
export const USUAL_SUBNET_SIZE = 24;
/** A pool of /16 still gives 256 networks of the usual size. */
const SMALLEST_POOL = 16;
/** In this order; the second is the one /16 of its range that the engine does not give to local bridges. */
const RANGES = [USUAL_POOL, '172.16.0.0/16', '100.64.0.0/10'];

/**
 * The engine's own pool where nothing overlaps it, else the largest block that is free, from the top of the range, where
 * fewest networks are. @throws MachineError ClusterRefused
 */
export function chooseAddressPool(taken: readonly TakenNetwork[]): string {
  const networks = ipv4Of(taken);
  for (const range of RANGES) {
    const block = largestFree(parsed(range), networks);
    if (block) return printNetwork(block);
  }
  throw new MachineError('ClusterRefused', 'no address pool is left that overlaps no network of the machines', {
    suggestions: ['Choose one that does no harm: --default-addr-pool 198.18.0.0/16'],
  });
}

/** Checks pools that the user gave. @throws MachineError BadOption */
export function checkAddressPool(
  pools: readonly string[],
  subnetSize: number,
  taken: readonly TakenNetwork[],
): readonly string[] {
  const networks = pools.map((pool) => checkedPool(pool, subnetSize));
  for (const [index, network] of networks.entries()) {
    const twin = networks.slice(0, index).find((other) => overlap(network, other));
    if (twin) throw badPool(network, `overlaps the pool ${printNetwork(twin)}`);
    const rival = taken.find(({ cidr }) => {
      const other = parseIpv4Network(cidr);
      return other !== undefined && overlap(network, other);
    });
    if (rival) throw badPool(network, `overlaps ${rival.cidr} of "${rival.machine}"`);
  }
  return networks.map(printNetwork);
}

/** What the engine gives to local bridges, in its order (libnetwork's default local pools); docker0 has the first. */
const BRIDGE_POOLS = [
  ...Array.from({ length: 15 }, (_, index) => `172.${17 + index}.0.0/16`),
  ...Array.from({ length: 16 }, (_, index) => `192.168.${16 * index}.0/20`),
];

/**
 * The first of the engine's pools for docker_gwbridge that none of these overlaps, or undefined. Asked with a machine's own
 * networks it is what the engine would take; asked with everybody's it is what does no harm.
 */
export function chooseBridgeSubnet(taken: readonly string[]): string | undefined {
  const networks = ipv4Of(taken.map((cidr) => ({ cidr })));
  return BRIDGE_POOLS.find((pool) => !networks.some((network) => overlap(network, parsed(pool))));
}

function largestFree(range: Ipv4Network, taken: readonly Ipv4Network[]): Ipv4Network | undefined {
  const end = range.base + sizeOf(range.prefix);
  for (let prefix = range.prefix; prefix <= SMALLEST_POOL; prefix += 1) {
    for (let base = end - sizeOf(prefix); base >= range.base; base -= sizeOf(prefix)) {
      const block = networkAt(base, prefix);
      if (!taken.some((network) => overlap(network, block))) return block;
    }
  }
  return undefined;
}

function checkedPool(text: string, subnetSize: number): Ipv4Network {
  const network = parseIpv4Network(text);
  if (!network) throw new MachineError('BadOption', `an address pool is a network like 10.0.0.0/8, got "${text}"`);
  if (printNetwork(network) !== text) {
    throw new MachineError('BadOption', `address pool "${text}" is inside a network: ${printNetwork(network)} is one`);
  }
  if (subnetSize < network.prefix || subnetSize > 29) {
    throw new MachineError(
      'BadOption',
      `networks cut from ${text} have /${network.prefix} to /29, got "/${subnetSize}"`,
    );
  }
  return network;
}

function badPool(network: Ipv4Network, why: string): MachineError {
  return new MachineError('BadOption', `the address pool ${printNetwork(network)} ${why}`, {
    suggestions: ['Leave --default-addr-pool out: a free one is chosen'],
  });
}

function ipv4Of(taken: readonly { readonly cidr: string }[]): Ipv4Network[] {
  return taken.flatMap(({ cidr }) => parseIpv4Network(cidr) ?? []);
}

function parsed(text: string): Ipv4Network {
  return parseIpv4Network(text) ?? { base: 0, prefix: 32 };
}
