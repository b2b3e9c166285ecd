import { array, object, text, type Found } from '../../src/cloud/found.js';
import { ownerTags, TAG } from '../../src/cloud/owner.js';
import { parsePort } from '../../src/cloud/ports.js';
import type { DriverContext, NewHost } from '../../src/driver.js';
import { propertiesOf, type Arm } from './client.js';
import { unlessUsed } from './faults.js';
import type { AzureMachine } from './handle.js';
import { together } from './once.js';
import type { AzureOptions } from './options.js';
import { at, groupAt, subnetAt, vnetAt } from './places.js';
import { rulesOf, SSH_RULE } from './rules.js';
import { parseTags } from './stored.js';

/** One create: what is wanted, what will be there, and who asks. */
export interface Making {
  readonly host: NewHost<AzureOptions>;
  readonly resource: AzureMachine;
  readonly arm: Arm;
  readonly context: DriverContext<AzureMachine>;
}

/** docker-machine's address spaces of a network with its own default subnet. */
const SPACES = ['192.168.0.0/16', '10.0.0.0/8', '172.16.0.0/12'];

/** berth's tags and the user's. */
export function tagsOf({ host }: Pick<Making, 'host'>): Readonly<Record<string, string>> {
  return { ...parseTags(host.options.tags ?? ''), ...ownerTags(host) };
}

/** Machines made at once want the same group, network and set: one of them makes each. */
export async function ensureGroup({ resource, arm, context, host }: Making): Promise<void> {
  const group = groupAt(resource);
  await together(context, group.path, async () => {
    if (await arm.find(group)) return;
    await arm.put(group, { location: resource.location, tags: ownerTags(host) });
  });
}

/** Returns the changed handle, put on record already, when a subnet had to be made in a network that is there. */
export async function ensureNetwork({ resource, arm, context, host }: Making): Promise<AzureMachine> {
  const { 'subnet-prefix': prefix } = host.options;
  const { subnet } = resource.network;
  const owner = { ...resource, network: { ...resource.network, ownsSubnet: true } };
  const maker = await together(context, subnetAt(resource).path, async () => {
    const vnet = await arm.find(vnetAt(resource));
    if (!vnet) {
      await arm.put(vnetAt(resource), {
        location: resource.location,
        tags: tagsOf({ host }),
        properties: {
          addressSpace: { addressPrefixes: prefix === SPACES[0] ? SPACES : [prefix] },
          subnets: [{ name: subnet, properties: { addressPrefix: prefix } }],
        },
      });
      return '';
    }
    if (subnetsOf(vnet).some((name) => name.toLowerCase() === subnet.toLowerCase())) return '';
    await context.keep(owner);
    await arm.put(subnetAt(resource), { properties: { addressPrefix: prefix } });
    return resource.id;
  });
  return maker === resource.id ? owner : resource;
}

export function subnetsOf(vnet: Found): readonly string[] {
  return array(propertiesOf(vnet)['subnets']).map((subnet) => text(subnet['name']));
}

export async function ensureAvailabilitySet({ resource, arm, context, host }: Making): Promise<void> {
  if (resource.availabilitySet === '') return;
  const set = at(resource, 'availabilitySet', resource.availabilitySet);
  await together(context, set.path, async () => {
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

/** Basic addresses, and with them those that change, ended in 2025: Standard ones are static. */
export async function putPublicIp({ resource, arm, host }: Making): Promise<void> {
  if (resource.publicIp === '') return;
  const { dns } = host.options;
  await arm.put(at(resource, 'publicIp', resource.publicIp), {
    location: resource.location,
    tags: tagsOf({ host }),
    sku: { name: 'Standard' },
    properties: {
      publicIPAllocationMethod: 'Static',
      publicIPAddressVersion: 'IPv4',
      ...(dns === undefined ? {} : { dnsSettings: { domainNameLabel: dns } }),
    },
  });
}

export async function putInterface({ resource, arm, host }: Making): Promise<void> {
  const { 'private-ip-address': address, nsg = '' } = host.options;
  const group = resource.nsg === '' ? foreignGroup(resource, nsg) : at(resource, 'nsg', resource.nsg).path;
  await arm.put(at(resource, 'nic', resource.nic), {
    location: resource.location,
    tags: tagsOf({ host }),
    properties: {
      networkSecurityGroup: { id: group },
      enableAcceleratedNetworking: host.options['accelerated-networking'],
      ipConfigurations: [
        {
          name: 'ip',
          properties: {
            subnet: { id: subnetAt(resource).path },
            ...(address === undefined
              ? { privateIPAllocationMethod: 'Dynamic' }
              : { privateIPAllocationMethod: 'Static', privateIPAddress: address }),
            ...(resource.publicIp === ''
              ? {}
              : { publicIPAddress: { id: at(resource, 'publicIp', resource.publicIp).path } }),
          },
        },
      ],
    },
  });
}

/** The user's own security group, by its id or by its name in the machine's resource group. */
export function foreignGroup(resource: AzureMachine, nsg: string): string {
  return nsg.startsWith('/') ? nsg : at(resource, 'nsg', nsg).path;
}

/** Removes what machines of this store have made for themselves together, when none of them uses it any more. */
export async function removeShared(resource: AzureMachine, arm: Arm): Promise<void> {
  const isOurs = (found: Found): boolean =>
    resource.store !== '' && text(object(found['tags'])[TAG.store]) === resource.store;
  const set = at(resource, 'availabilitySet', resource.availabilitySet);
  const foundSet = resource.availabilitySet === '' ? undefined : await arm.find(set);
  if (foundSet && isOurs(foundSet) && array(propertiesOf(foundSet)['virtualMachines']).length === 0)
    await unlessUsed(arm.remove(set));
  const vnet = await arm.find(vnetAt(resource));
  if (!vnet) return;
  const subnets = array(propertiesOf(vnet)['subnets']);
  const own = subnets.find(({ name }) => text(name).toLowerCase() === resource.network.subnet.toLowerCase());
  if (own && array(propertiesOf(own)['ipConfigurations']).length > 0) return;
  if (isOurs(vnet) && subnets.length === (own ? 1 : 0)) await unlessUsed(arm.remove(vnetAt(resource)));
  else if (resource.network.ownsSubnet) await unlessUsed(arm.remove(subnetAt(resource)));
}
