import { describe, expect, it } from '@jest/globals';
import { driver } from '../../../drivers/azure/driver.js';
import type { AzureMachine } from '../../../drivers/azure/handle.js';
import { azure } from '../../../drivers/azure/index.js';
import { blank } from '../../standins/azure/machines.js';
import { CLIENT_ID, SUBSCRIPTION, TENANT } from '../../standins/azure/index.js';
import { contextOf } from '../contract.js';
import { azureStand, type Stand } from './support.js';

const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/docker-machine`;

/** What docker-machine made of `create -d azure web-9`, powered off; `disk` is how it kept the disk. */
async function former(disk: object): Promise<Stand & { resource: AzureMachine }> {
  const world = await azureStand();
  const { resources } = world.standIn.world;
  const add = (type: string, name: string, properties: object, power = ''): void => {
    const id = `${GROUP}/providers/${type}/${name}`;
    const body = { location: 'westus', properties: properties as Record<string, unknown> };
    resources.set(id.toLowerCase(), { ...blank, id, name, type: type.toLowerCase(), body, power });
  };
  const id = (type: string, name: string): { id: string } => ({
    id: `${GROUP}/providers/Microsoft.Network/${type}/${name}`,
  });
  add('Microsoft.Network/networkSecurityGroups', 'web-9-firewall', { securityRules: [] });
  add('Microsoft.Network/publicIPAddresses', 'web-9-ip', {});
  add('Microsoft.Network/networkInterfaces', 'web-9-nic', {
    networkSecurityGroup: id('networkSecurityGroups', 'web-9-firewall'),
    ipConfigurations: [
      {
        name: 'ip',
        properties: {
          subnet: id('virtualNetworks', 'docker-machine-vnet/subnets/docker-machine'),
          publicIPAddress: id('publicIPAddresses', 'web-9-ip'),
        },
      },
    ],
  });
  const networkProfile = { networkInterfaces: [id('networkInterfaces', 'web-9-nic')] };
  add('Microsoft.Compute/virtualMachines', 'web-9', { storageProfile: { osDisk: disk }, networkProfile }, 'stopped');
  const { resource } = azure.fromStored({
    ...{ MachineName: 'web-9', ResourceGroup: 'docker-machine', SubscriptionID: SUBSCRIPTION, ClientID: CLIENT_ID },
    ...{ TenantID: TENANT, Endpoint: world.standIn.url, AuthorityHost: world.standIn.url, Location: 'westus' },
  });
  if (!resource) throw new Error('the record has no handle');
  return { ...world, resource };
}

describe('a machine that docker-machine made', () => {
  it('is started and found', async () => {
    await using world = await former({ name: 'web-9-os-disk' });

    await driver.start(world.resource, contextOf(world));

    expect(await driver.state(world.resource, contextOf(world))).toBe('running');
    const { host, port, user } = await driver.target(world.resource, contextOf(world));
    expect([host, port, user]).toEqual([expect.stringMatching(/^203\.0\.113\.\d+$/), 22, 'docker-user']);
  });

  it('is removed with its disk in an account, the account going with its last disk', async () => {
    const uri = 'https://vhds0123456789abcdefghij.blob.core.windows.net/vhd-web-9/web-9-os-disk.vhd';
    await using world = await former({ name: 'web-9-os-disk', vhd: { uri } });
    const asked: string[] = [];
    // The stand-in has no storage: what it is asked is what is looked at here.
    world.standIn.intervene = ({ name }) => {
      if (!/storageAccounts/.test(name)) return undefined;
      asked.push(name);
      return name.startsWith('GET') ? { status: 200, body: { value: [] } } : { status: 200 };
    };

    await driver.remove(world.resource, contextOf(world));

    expect(asked).toEqual([
      'DELETE storageAccounts/blobServices',
      'GET storageAccounts/blobServices',
      'DELETE storageAccounts',
    ]);
    expect(names(world)).toEqual([]);
  });

  it('is removed with the managed disk that it names itself', async () => {
    await using world = await former({ name: 'web-9-of-rancher', managedDisk: { storageAccountType: 'Standard_LRS' } });
    const id = `${GROUP}/providers/Microsoft.Compute/disks/web-9-of-rancher`;
    world.standIn.world.resources.set(id.toLowerCase(), {
      ...{ ...blank, id, name: 'web-9-of-rancher', type: 'microsoft.compute/disks', body: {} },
    });
    const before = world.standIn.foreign();

    await driver.remove(world.resource, contextOf(world));
    await driver.remove(world.resource, contextOf(world));

    expect(names(world)).toEqual([]);
    expect(world.standIn.foreign()).toEqual(before);
  });
});

function names({ standIn }: Stand): readonly string[] {
  return standIn.left().filter((text) => text.includes('web-9'));
}
