import { isIPv6 } from 'node:net';
import { array, object, text, texts, type Found } from '../../src/cloud/found.js';
import { MachineError } from '../../src/errors.js';
import { propertiesOf } from './client.js';
import type { AzureMachine } from './handle.js';
import type { Making } from './network.js';
import { onceAtATime } from './once.js';
import { options as table, type AzureOptions } from './options.js';
import { isOurs } from './owner.js';
import { subnetAt, vnetAt } from './places.js';

/** The space around the subnet that the option has by default: a block of private addresses (RFC 4193). */
const SPACE = 'fd62:6572:7468::/48';
/** Azure takes no other length for subnets of IPv6 ("What is IPv6 for Azure Virtual Network?", learn.microsoft.com). */
const LENGTH = '64';
/** What Azure adds to networks and subnets, and takes from nobody (virtualNetwork.json, 2024-05-01, `readOnly`). */
const READ_ONLY = new Set(
  (
    'provisioningState resourceGuid flowLogs defaultPublicNatGateway ipConfigurations ipConfigurationProfiles ' +
    'privateEndpoints purpose resourceNavigationLinks serviceAssociationLinks'
  ).split(' '),
);

/** @throws MachineError BadOption */
export function checkPrefix(options: AzureOptions): void {
  const prefix = options['ipv6-subnet-prefix'];
  const [address = '', length, more] = prefix.split('/');
  if (isIPv6(address) && length === LENGTH && more === undefined) return;
  const got = prefix.slice(0, 30);
  throw new MachineError(
    'BadOption',
    `option --azure-ipv6-subnet-prefix wants a block of IPv6 of the length ${LENGTH}, got "${got}"`,
  );
}

/** The addresses that a new network has for IPv6. */
export function ipv6SpaceOf(options: AzureOptions): string {
  const prefix = options['ipv6-subnet-prefix'];
  return prefix === table['ipv6-subnet-prefix'].default ? SPACE : prefix;
}

/** Only networks that berth has made are changed. @throws MachineError CheckFailed */
export function checkFamilies(vnet: Found, { resource, host }: Pick<Making, 'resource' | 'host'>): void {
  if (!host.options.ipv6 || hasIpv6(vnet, resource) || isOurs(vnet, resource)) return;
  const name = resource.network.vnet;
  throw new MachineError('CheckFailed', `virtual network "${name}" has no IPv6 addresses (--azure-ipv6)`, {
    suggestions: [
      `Name a network that berth makes with them: --azure-vnet ${name}-ipv6`,
      'Or give them to it and its subnet: az network vnet update, az network vnet subnet update',
    ],
  });
}

/** A network that was made for machines of IPv4 alone gets addresses of IPv6, too; what is in it stays as it is. */
export async function ensureIpv6({ resource, arm, context, host }: Making): Promise<void> {
  if (!host.options.ipv6) return;
  await onceAtATime(context, `${subnetAt(resource).path} IPv6`, async () => {
    const vnet = await arm.find(vnetAt(resource));
    if (!vnet || hasIpv6(vnet, resource)) return;
    checkFamilies(vnet, { resource, host });
    await arm.put(vnetAt(resource), widened(vnet, { resource, host }));
  });
}

function widened(vnet: Found, { resource, host }: Pick<Making, 'resource' | 'host'>): Found {
  const { subnets, addressSpace, ...rest } = writable(propertiesOf(vnet));
  const blocks = texts(object(addressSpace)['addressPrefixes']);
  const addressPrefixes = [...new Set([...blocks, ipv6SpaceOf(host.options)])];
  return {
    location: vnet['location'],
    tags: vnet['tags'],
    properties: {
      ...rest,
      addressSpace: { ...object(addressSpace), addressPrefixes },
      subnets: array(subnets).map((subnet) => {
        const properties = writable(propertiesOf(subnet));
        if (!isSubnetOf(subnet, resource)) return { name: subnet['name'], properties };
        const { addressPrefix: _one, ...others } = properties;
        const prefixes = [...prefixesOf(subnet), host.options['ipv6-subnet-prefix']];
        return { name: subnet['name'], properties: { ...others, addressPrefixes: prefixes } };
      }),
    },
  };
}

function writable(properties: Found): Found {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !READ_ONLY.has(name)));
}

/** Whether the machine's subnet has such addresses, or a network without that subnet has room for them. */
function hasIpv6(vnet: Found, resource: AzureMachine): boolean {
  const { subnets, addressSpace } = propertiesOf(vnet);
  const subnet = array(subnets).find((one) => isSubnetOf(one, resource));
  const blocks = subnet ? prefixesOf(subnet) : texts(object(addressSpace)['addressPrefixes']);
  return blocks.some((block) => block.includes(':'));
}

function isSubnetOf(subnet: Found, { network }: AzureMachine): boolean {
  return text(subnet['name']).toLowerCase() === network.subnet.toLowerCase();
}

function prefixesOf(subnet: Found): readonly string[] {
  const { addressPrefix, addressPrefixes } = propertiesOf(subnet);
  return [text(addressPrefix), ...texts(addressPrefixes)].filter((prefix) => prefix !== '');
}
