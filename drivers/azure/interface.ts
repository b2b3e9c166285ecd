import type { AzureMachine } from './handle.js';
import type { Making } from './network.js';
import { tagsOf } from './owner.js';
import { at, subnetAt } from './places.js';

type Family = 'IPv4' | 'IPv6';

/** Basic addresses, and with them those that change, ended in 2025: Standard ones are static. */
export async function putPublicIps({ resource, arm, host }: Making): Promise<void> {
  const { dns } = host.options;
  const put = async (name: string, family: Family, more: object = {}): Promise<void> => {
    if (name === '') return;
    await arm.put(at(resource, 'publicIp', name), {
      location: resource.location,
      tags: tagsOf({ host }),
      sku: { name: 'Standard' },
      properties: { publicIPAllocationMethod: 'Static', publicIPAddressVersion: family, ...more },
    });
  };
  await Promise.all([
    put(resource.publicIp, 'IPv4', dns === undefined ? {} : { dnsSettings: { domainNameLabel: dns } }),
    put(resource.publicIpv6 ?? '', 'IPv6'),
  ]);
}

export async function putInterface({ resource, arm, host }: Making): Promise<void> {
  const { 'private-ip-address': address, nsg = '', ipv6 } = host.options;
  const group = resource.nsg === '' ? foreignGroup(resource, nsg) : at(resource, 'nsg', resource.nsg).path;
  const fixed =
    address === undefined
      ? { privateIPAllocationMethod: 'Dynamic' }
      : { privateIPAllocationMethod: 'Static', privateIPAddress: address };
  const first = { ...fixed, ...placeOf(resource, resource.publicIp) };
  const second = {
    ...{ privateIPAddressVersion: 'IPv6', privateIPAllocationMethod: 'Dynamic' },
    ...placeOf(resource, resource.publicIpv6 ?? ''),
  };
  await arm.put(at(resource, 'nic', resource.nic), {
    location: resource.location,
    tags: tagsOf({ host }),
    properties: {
      networkSecurityGroup: { id: group },
      enableAcceleratedNetworking: host.options['accelerated-networking'],
      ipConfigurations: ipv6
        ? [
            { name: 'ip', properties: { primary: true, ...first } },
            { name: 'ipv6', properties: second },
          ]
        : [{ name: 'ip', properties: first }],
    },
  });
}

function placeOf(resource: AzureMachine, publicIp: string): object {
  const subnet = { id: subnetAt(resource).path };
  return publicIp === '' ? { subnet } : { subnet, publicIPAddress: { id: at(resource, 'publicIp', publicIp).path } };
}

/** The user's own security group, by its id or by its name in the machine's resource group. */
export function foreignGroup(resource: AzureMachine, nsg: string): string {
  return nsg.startsWith('/') ? nsg : at(resource, 'nsg', nsg).path;
}
