import { BlockList, isIP } from 'node:net';
import { find, parts, referred, Refused, type Json, type World } from './world.js';

const GROUP = 'microsoft.network/networksecuritygroups';
const ADDRESS = 'microsoft.network/publicipaddresses';

/** Azure's rules of both families ("What is IPv6 for Azure Virtual Network?", learn.microsoft.com). @throws Refused */
export function checkInterface(world: World, body: Json): void {
  const { networkSecurityGroup, ipConfigurations } = body['properties'] as Record<string, Json | undefined>;
  if (networkSecurityGroup) referred(world, networkSecurityGroup, GROUP);
  const configurations = (ipConfigurations ?? []) as unknown as Json[];
  for (const configuration of configurations) checkConfiguration(world, parts({ body: configuration }));
  checkPrimary(configurations.map((body) => parts({ body })));
}

function checkConfiguration(world: World, { subnet, publicIPAddress, privateIPAddressVersion }: Json): void {
  const family = versionOf(privateIPAddressVersion);
  const id = String((subnet as Json | undefined)?.['id']);
  const [vnet = '', name = ''] = id.split('/subnets/');
  const subnets = parts(find(world, vnet))['subnets'] as Json[] | undefined;
  const found = subnets?.find((one) => String(one['name']).toLowerCase() === name.toLowerCase());
  if (!found) throw new Refused(400, 'InvalidResourceReference', `Resource ${id} was not found.`);
  if (!prefixesOf(found).some((prefix) => familyOf(prefix) === family))
    throw new Refused(400, 'InvalidRequestFormat', `Subnet ${name} has no ${family} address prefix.`);
  if (!publicIPAddress) return;
  const version = versionOf(parts(referred(world, publicIPAddress, ADDRESS))['publicIPAddressVersion']);
  if (version !== family)
    throw new Refused(400, 'IPv4AndIPv6AddressMismatch', `A ${version} address is no ${family} one.`);
}

/** The specification's default is IPv4. */
function versionOf(value: unknown): 'IPv4' | 'IPv6' {
  return value === 'IPv6' ? 'IPv6' : 'IPv4';
}

function checkPrimary(configurations: readonly Json[]): void {
  const primary = configurations.filter((one) => one['primary'] === true);
  if (configurations.length > 1 && primary.length !== 1)
    throw new Refused(400, 'InvalidRequestFormat', 'Exactly one IP configuration has to be the primary one.');
  const [first = configurations[0]] = primary;
  if (first?.['privateIPAddressVersion'] === 'IPv6')
    throw new Refused(400, 'InvalidRequestFormat', 'The primary IP configuration has to be of IPv4.');
}

/** @throws Refused for subnets outside of their network, and for those of IPv6 that are not /64 */
export function checkPrefixes(network: Json): void {
  const { addressSpace, subnets = [] } = network as { addressSpace?: Json; subnets?: Json[] };
  const space = new BlockList();
  for (const block of (addressSpace?.['addressPrefixes'] ?? []) as string[]) {
    const [address = '', bits] = block.split('/');
    space.addSubnet(address, Number(bits), familyName(address));
  }
  for (const subnet of subnets)
    for (const prefix of prefixesOf(subnet)) {
      const [address = '', bits] = prefix.split('/');
      if (!space.check(address, familyName(address)))
        throw new Refused(
          400,
          'NetcfgInvalidSubnet',
          `Subnet '${String(subnet['name'])}' is not valid in its network.`,
        );
      if (isIP(address) === 6 && bits !== '64')
        throw new Refused(400, 'InvalidIPv6SubnetPrefixLength', 'Subnets of IPv6 have to be of the length 64.');
    }
}

function prefixesOf(subnet: Json): readonly string[] {
  const { addressPrefix, addressPrefixes } = subnet['properties'] as {
    addressPrefix?: string;
    addressPrefixes?: string[];
  };
  if (addressPrefix !== undefined && addressPrefixes !== undefined)
    throw new Refused(400, 'InvalidRequestFormat', 'addressPrefix and addressPrefixes exclude each other.');
  return addressPrefixes ?? (addressPrefix === undefined ? [] : [addressPrefix]);
}

function familyName(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

function familyOf(prefix: string): string {
  return prefix.includes(':') ? 'IPv6' : 'IPv4';
}
