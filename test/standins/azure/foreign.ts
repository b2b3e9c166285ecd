import { blank } from './machines.js';
import { SUBSCRIPTION, type Json, type World } from './world.js';

/** What somebody else has in the same subscription and group. */
export function plantForeign(world: World): void {
  const group = `/subscriptions/${SUBSCRIPTION}/resourceGroups/docker-machine`;
  const add = (type: string, name: string, body: Json, power = ''): void => {
    const id = type === '' ? group : `${group}/providers/${type}/${name}`;
    const kind = type === '' ? 'resourcegroups' : type.toLowerCase();
    world.resources.set(id.toLowerCase(), { ...blank, id, name, type: kind, body, power });
  };
  const id = (type: string, name: string): { id: string } => ({ id: `${group}/providers/${type}/${name}` });
  const tags = { 'berth-machine': 'web-1', 'berth-id': 'ffff0000ffff0000', 'berth-store': 'another-store' };
  const location = 'westus';

  add('', 'docker-machine', { location });
  add('Microsoft.Network/virtualNetworks', 'docker-machine-vnet', {
    location,
    properties: {
      addressSpace: { addressPrefixes: ['192.168.0.0/16'] },
      subnets: [{ name: 'docker-machine', properties: { addressPrefix: '192.168.0.0/16' } }],
    },
  });
  add('Microsoft.Compute/availabilitySets', 'docker-machine', {
    location,
    sku: { name: 'Aligned' },
    properties: { platformFaultDomainCount: 2 },
  });
  add('Microsoft.Network/networkSecurityGroups', 'web-1-firewall', { location, properties: { securityRules: [] } });
  add('Microsoft.Network/networkInterfaces', 'berth-web-1-ffff0000-nic', {
    location,
    tags,
    properties: {
      networkSecurityGroup: id('Microsoft.Network/networkSecurityGroups', 'web-1-firewall'),
      ipConfigurations: [
        {
          name: 'ip',
          properties: { subnet: id('Microsoft.Network/virtualNetworks', 'docker-machine-vnet/subnets/docker-machine') },
        },
      ],
    },
  });
  add('Microsoft.Compute/disks', 'berth-web-1-ffff0000-os', { location, tags, properties: {} });
  add(
    'Microsoft.Compute/virtualMachines',
    'berth-web-1-ffff0000',
    {
      location,
      tags,
      properties: {
        availabilitySet: id('Microsoft.Compute/availabilitySets', 'docker-machine'),
        storageProfile: { osDisk: { name: 'berth-web-1-ffff0000-os' } },
        networkProfile: {
          networkInterfaces: [id('Microsoft.Network/networkInterfaces', 'berth-web-1-ffff0000-nic')],
        },
      },
    },
    'running',
  );
}
