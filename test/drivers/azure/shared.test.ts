import { describe, expect, it } from '@jest/globals';
import { driver } from '../../../drivers/azure/driver.js';
import type { AzureMachine } from '../../../drivers/azure/handle.js';
import type { AzureOptions } from '../../../drivers/azure/options.js';
import { contextOf } from '../contract.js';
import { azureHost, azureStand, type Stand } from './support.js';

async function made(world: Stand, name: string, options: Partial<AzureOptions> = {}): Promise<AzureMachine> {
  const id = Buffer.from(name.padEnd(8, '.')).toString('hex');
  return driver.create(azureHost({ ...world.options, ...options }, { name, id }), contextOf(world));
}

describe('what machines of Azure share', () => {
  it('is made with tags where it is absent', async () => {
    await using world = await azureStand({ foreign: false });

    await made(world, 'web-1');

    const tags = { 'berth-id': '7765622d312e2e2e', 'berth-machine': 'web-1', 'berth-store': 'fedcba9876543210' };
    expect(world.standIn.body('resourcegroups')).toEqual({ location: 'westus', tags });
    expect(world.standIn.body('microsoft.network/virtualnetworks')).toEqual({
      location: 'westus',
      tags,
      properties: {
        addressSpace: { addressPrefixes: ['192.168.0.0/16', '10.0.0.0/8', '172.16.0.0/12'] },
        subnets: [{ name: 'docker-machine', properties: { addressPrefix: '192.168.0.0/16' } }],
      },
    });
    expect(world.standIn.body('microsoft.compute/availabilitysets')).toEqual({
      location: 'westus',
      tags,
      sku: { name: 'Aligned' },
      properties: { platformFaultDomainCount: 2, platformUpdateDomainCount: 5 },
    });
  });

  it('goes with the last machine that uses it, and the resource group stays', async () => {
    await using world = await azureStand({ foreign: false });
    const one = await made(world, 'web-1');
    const two = await made(world, 'web-2');

    await driver.remove(one, contextOf(world));
    const between = world.standIn
      .left()
      .filter((text) => /network d|set/.test(text.replace('virtualnetworks', 'network')));
    await driver.remove(two, contextOf(world));

    expect(between).toEqual(['availabilitysets docker-machine', 'virtualnetworks docker-machine-vnet']);
    expect(world.standIn.left()).toEqual([]);
    expect(world.standIn.body('resourcegroups')).toMatchObject({ location: 'westus' });
  });

  it('is not left over while a machine of another uses it, whoever made it', async () => {
    await using world = await azureStand({ foreign: false });
    const context = contextOf(world);
    const one = await made(world, 'web-1');
    const two = await made(world, 'web-2');
    const kindsOf = async (machineId: string): Promise<readonly string[]> =>
      ((await driver.owned?.(world.options, context)) ?? [])
        .filter((owned) => owned.machineId === machineId)
        .map(({ kind }) => kind)
        .sort();

    await driver.remove(one, context);
    const used = await kindsOf(one.id);
    await driver.discard?.((await driver.owned?.(world.options, context)) ?? [], world.options, context);

    expect(used).toEqual([]);
    expect(await kindsOf(two.id)).toEqual([]);
    expect(world.standIn.left()).toEqual(['availabilitysets docker-machine', 'virtualnetworks docker-machine-vnet']);
    expect(await kindsOf(one.id)).toEqual(['availability set', 'virtual network']);
  });

  it('is made once by machines that are made at once', async () => {
    await using world = await azureStand({ foreign: false });
    const context = contextOf(world);
    const names = Array.from({ length: 8 }, (_one, index) => `web-${index}`);

    const resources = await Promise.all(
      names.map((name) => driver.create(azureHost(world.options, { name, id: `${name}-0123456789` }), context)),
    );
    const puts = world.standIn.calls.filter((call) =>
      /^PUT (resourceGroups|virtualNetworks|availabilitySets)$/.test(call),
    );
    await Promise.all(resources.map((resource) => driver.remove(resource, context)));

    expect(puts.sort()).toEqual(['PUT availabilitySets', 'PUT resourceGroups', 'PUT virtualNetworks']);
    expect(world.standIn.calls.filter((call) => call === 'POST token')).toHaveLength(1);
    expect(world.standIn.left()).toEqual([]);
  });

  it("takes away a subnet that it made in somebody else's network, and nothing else of it", async () => {
    await using world = await azureStand();
    const before = world.standIn.foreign();

    const resource = await made(world, 'web-1', { subnet: 'mine', 'subnet-prefix': '192.168.200.0/24' });
    const between = world.standIn.foreign();
    await driver.remove(resource, contextOf(world));

    expect(resource.network).toEqual({
      ...{ group: 'docker-machine', vnet: 'docker-machine-vnet', subnet: 'mine', ownsSubnet: true },
    });
    expect(between).not.toEqual(before);
    expect(world.standIn.foreign()).toEqual(before);
  });

  it('is joined anew when its last other user takes it away just then', async () => {
    await using world = await azureStand({ foreign: false });
    let isTaken = false;
    world.standIn.intervene = ({ name }) => {
      if (name !== 'PUT networkInterfaces' || isTaken) return undefined;
      isTaken = true;
      const vnet = [...world.standIn.world.resources.keys()].find((id) => id.includes('/virtualnetworks/'));
      world.standIn.world.resources.delete(vnet ?? '');
      return undefined;
    };

    await made(world, 'web-1');

    expect(world.standIn.left().filter((text) => text.startsWith('virtual'))).toEqual([
      ...['virtualmachines berth-web-1-7765622d', 'virtualnetworks docker-machine-vnet'],
    ]);
  });

  it('may be of other resource groups, and of nobody', async () => {
    await using world = await azureStand();

    const resource = await made(world, 'web-1', {
      'resource-group': 'mine',
      vnet: 'docker-machine:docker-machine-vnet',
    });
    await driver.remove(resource, contextOf(world));

    expect(resource.network.group).toBe('docker-machine');
    expect(world.standIn.left()).toEqual([]);
  });
});
