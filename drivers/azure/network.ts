import { array, text, type Found } from '../../src/cloud/found.js';
import { ownerTags } from '../../src/cloud/owner.js';
import { parsePort } from '../../src/cloud/ports.js';
import type { DriverContext, NewHost } from '../../src/driver.js';
import { propertiesOf, type Arm } from './client.js';
import { unlessUsed } from './faults.js';
import type { AzureMachine } from './handle.js';
import { ensureIpv6, ipv6SpaceOf } from './ipv6.js';
import { onceAtATime } from './once.js';
import type { AzureOptions } from './options.js';
import { isOurs, tagsOf } from './owner.js';
import { at, groupAt, subnetAt, vnetAt } from './places.js';
import { rulesOf, SSH_RULE } from './rules.js';

/** One create: what is wanted, what will be there, and who asks. */
export interface Making {
  readonly host: NewHost<AzureOptions>;
  readonly resource: AzureMachine;
  readonly arm: Arm;
  readonly context: DriverContext<AzureMachine>;
}

/** docker-machine's address spaces of a network with its own default subnet. */
const SPACES = ['192.168.0.0/16', '10.0.0.0/8', '172.16.0.0/12'];

/** Machines made at once want the same group, network and set: one of them makes each. */
export async function ensureGroup({ resource, arm, context, host }: Making): Promise<void> {
  const group = groupAt(resource);
  await onceAtATime(context, group.path, async () => {
    if (await arm.find(group)) return;
    await arm.put(group, { location: resource.location, tags: ownerTags(host) });
  });
}

/** Returns the changed handle, put on record already, when a subnet had to be made in a network that is there. */
export async function ensureNetwork(making: Making): Promise<AzureMachine> {
  const { resource, arm, context, host } = making;
  const { subnet } = resource.network;
  const owner = { ...resource, network: { ...resource.network, ownsSubnet: true } };
  const maker = await onceAtATime(context, subnetAt(resource).path, async () => {
    const vnet = await arm.find(vnetAt(resource));
    if (!vnet) {
      await arm.put(vnetAt(resource), {
        location: resource.location,
        tags: tagsOf({ host }),
        properties: {
          addressSpace: { addressPrefixes: spacesOf(host.options) },
          subnets: [{ name: subnet, properties: prefixesOf(host.options) }],
        },
      });
      return '';
    }
    if (subnetsOf(vnet).some((name) => name.toLowerCase() === subnet.toLowerCase())) return '';
    await context.keep(owner);
    await arm.put(subnetAt(resource), { properties: prefixesOf(host.options) });
    return resource.id;
  });
  await ensureIpv6(making);
  return maker === resource.id ? owner : resource;
}

function spacesOf(options: AzureOptions): readonly string[] {
  const { 'subnet-prefix': prefix, ipv6 } = options;
  return [...(prefix === SPACES[0] ? SPACES : [prefix]), ...(ipv6 ? [ipv6SpaceOf(options)] : [])];
}

function prefixesOf({ 'subnet-prefix': prefix, 'ipv6-subnet-prefix': second, ipv6 }: AzureOptions): object {
  return ipv6 ? { addressPrefixes: [prefix, second] } : { addressPrefix: prefix };
}

export function subnetsOf(vnet: Found): readonly string[] {
  return array(propertiesOf(vnet)['subnets']).map((subnet) => text(subnet['name']));
}

export async function ensureAvailabilitySet({ resource, arm, context, host }: Making): Promise<void> {
  if (resource.availabilitySet === '') return;
  const set = at(resource, 'availabilitySet', resource.availabilitySet);
  await onceAtATime(context, set.path, async () => {
    if (await arm.find(set)) return;
    await arm.put(set, {
      location: resource.location,
      tags: tagsOf({ host }),
      // What machines with managed disks need.
      sku: { name: 'Aligned' },
      properties: {
        platformFaultDomainCount: host.options['fault-domain-count'],
        platformUpdateDomainCount: host.options['update-domain-count'],
      },
    });
  });
}

/** sshd for everybody, who needs the key to get in; what the user opens; nothing else. */
export async function putSecurityGroup({ resource, arm, host }: Making): Promise<void> {
  if (resource.nsg === '') return;
  const wanted = host.options['open-port'].map((port) => parsePort(port, 'azure-open-port'));
  await arm.put(at(resource, 'nsg', resource.nsg), {
    location: resource.location,
    tags: tagsOf({ host }),
    properties: { securityRules: [SSH_RULE, ...rulesOf(wanted, [SSH_RULE])] },
  });
}

/** Removes what machines of this store have made for themselves together, when none of them uses it any more. */
export async function removeShared(resource: AzureMachine, arm: Arm): Promise<void> {
  const set = at(resource, 'availabilitySet', resource.availabilitySet);
  const foundSet = resource.availabilitySet === '' ? undefined : await arm.find(set);
  if (foundSet && isOurs(foundSet, resource) && array(propertiesOf(foundSet)['virtualMachines']).length === 0)
    await unlessUsed(arm.remove(set));
  const vnet = await arm.find(vnetAt(resource));
  if (!vnet) return;
  const subnets = array(propertiesOf(vnet)['subnets']);
  const own = subnets.find(({ name }) => text(name).toLowerCase() === resource.network.subnet.toLowerCase());
  if (own && array(propertiesOf(own)['ipConfigurations']).length > 0) return;
  if (isOurs(vnet, resource) && subnets.length === (own ? 1 : 0)) await unlessUsed(arm.remove(vnetAt(resource)));
  else if (resource.network.ownsSubnet) await unlessUsed(arm.remove(subnetAt(resource)));
}
