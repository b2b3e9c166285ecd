import { BlockList, isIP } from 'node:net';

/** An IPv4 network: its first address as a number, and its prefix length. */
export interface Ipv4Network {
  readonly base: number;
  readonly prefix: number;
}

/** The network of `10.1.2.3/16`, or undefined when the text is no IPv4 network in CIDR form. */
export function parseIpv4Network(text: string): Ipv4Network | undefined {
  const [address = '', length = '', ...rest] = text.split('/');
  if (isIP(address) !== 4 || !/^\d{1,2}$/.test(length) || Number(length) > 32 || rest.length > 0) return undefined;
  return networkAt(toNumber(address), Number(length));
}

/** The network of this prefix length that the address is in. */
export function networkAt(address: number, prefix: number): Ipv4Network {
  return { base: address - (address % sizeOf(prefix)), prefix };
}

export function printNetwork({ base, prefix }: Ipv4Network): string {
  return `${[24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join('.')}/${prefix}`;
}

export function overlap(one: Ipv4Network, other: Ipv4Network): boolean {
  return one.base < other.base + sizeOf(other.prefix) && other.base < one.base + sizeOf(one.prefix);
}

export function sizeOf(prefix: number): number {
  return 2 ** (32 - prefix);
}

/** Whether an address of either family is in a network in CIDR form. */
export function isIn(address: string, cidr: string): boolean {
  const network = parseIpv4Network(cidr);
  if (network) return isIP(address) === 4 && overlap(network, { base: toNumber(address), prefix: 32 });
  const [base = '', length = ''] = cidr.split('/');
  if (isIP(address) !== 6 || isIP(base) !== 6 || !/^\d{1,3}$/.test(length) || Number(length) > 128) return false;
  return blocksOf([cidr]).check(address, 'ipv6');
}

/** RFC 1918, RFC 6598 (carriers, and mesh VPNs such as Tailscale), RFC 4193. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'];
/** RFC 1122, RFC 3927, RFC 4291: no other host can reach these. */
const UNUSABLE = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '::/127', 'fe80::/10'];

/** `unusable`: loopback, link-local, or no address at all. */
export function scopeOf(address: string): 'private' | 'public' | 'unusable' {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(address) === 0 || blocksOf(UNUSABLE).check(address, family)) return 'unusable';
  return blocksOf(PRIVATE).check(address, family) ? 'private' : 'public';
}

/** The network in CIDR form that an address with this prefix length is in; of IPv6 the address stands as it is. */
export function networkOf(address: string, prefix: number): string {
  const network = parseIpv4Network(`${address}/${prefix}`);
  return network ? printNetwork(network) : `${address}/${prefix}`;
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function blocksOf(cidrs: readonly string[]): BlockList {
  const blocks = new BlockList();
  for (const cidr of cidrs) {
    const [base = '', length = ''] = cidr.split('/');
    blocks.addSubnet(base, Number(length), isIP(base) === 6 ? 'ipv6' : 'ipv4');
  }
  return blocks;
}
