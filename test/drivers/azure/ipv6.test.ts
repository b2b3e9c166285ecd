import { describe, expect, it } from '@jest/globals';
import { driver } from '../../../drivers/azure/driver.js';
import type { AzureMachine } from '../../../drivers/azure/handle.js';
import { SUBSCRIPTION } from '../../standins/azure/index.js';
import { failureOf } from '../../helpers/failure.js';
import { contextOf } from '../contract.js';
import { azureHost, azureStand, made, type Stand } from './support.js';

const NETWORK = `/subscriptions/${SUBSCRIPTION}/resourceGroups/docker-machine/providers/Microsoft.Network`;
const SUBNET = { id: `${NETWORK}/virtualNetworks/docker-machine-vnet/subnets/docker-machine` };
const TAGS = { 'berth-id': '0123456789abcdef', 'berth-machine': 'web-1', 'berth-store': 'fedcba9876543210' };

const addresses = (world: Stand): readonly unknown[] =>
  [...world.standIn.world.resources.values()].flatMap(({ type, name, body }) =>
    type === 'microsoft.network/publicipaddresses' ? [{ name, ...body }] : [],
  );

describe('IPv6 at Azure', () => {
  it('is a second address of the interface, in a network of both families', async () => {
    await using world = await azureStand({ foreign: false });

    await made(world, { ipv6: true });

    expect(world.standIn.body('microsoft.network/virtualnetworks')).toMatchObject({
      properties: {
        addressSpace: { addressPrefixes: ['192.168.0.0/16', '10.0.0.0/8', '172.16.0.0/12', 'fd62:6572:7468::/48'] },
        subnets: [
          { name: 'docker-machine', properties: { addressPrefixes: ['192.168.0.0/16', 'fd62:6572:7468::/64'] } },
        ],
      },
    });
    expect(addresses(world)).toContainEqual({
      name: 'berth-web-1-01234567-ip6',
      location: 'westus',
      tags: TAGS,
      sku: { name: 'Standard' },
      properties: { publicIPAllocationMethod: 'Static', publicIPAddressVersion: 'IPv6' },
    });
    expect(world.standIn.body('microsoft.network/networkinterfaces')).toMatchObject({
      properties: {
        ipConfigurations: [
          {
            name: 'ip',
            properties: {
              primary: true,
              subnet: SUBNET,
              privateIPAllocationMethod: 'Dynamic',
              publicIPAddress: { id: `${NETWORK}/publicIPAddresses/berth-web-1-01234567-ip` },
            },
          },
          {
            name: 'ipv6',
            properties: {
              privateIPAddressVersion: 'IPv6',
              privateIPAllocationMethod: 'Dynamic',
              subnet: SUBNET,
              publicIPAddress: { id: `${NETWORK}/publicIPAddresses/berth-web-1-01234567-ip6` },
            },
          },
        ],
      },
    });
  });

  it('goes with the machine, which is still reached by IPv4', async () => {
    await using world = await azureStand({ foreign: false });
    const resource = await made(world, { ipv6: true });

    const { host } = await driver.target(resource, contextOf(world));
    await driver.remove(resource, contextOf(world));

    expect(host).toMatch(/^203\.0\.113\./);
    expect(world.standIn.left()).toEqual([]);
  });

  it('is private alone without a public address', async () => {
    await using world = await azureStand({ foreign: false });

    const resource = await made(world, { ipv6: true, 'no-public-ip': true });
    const { host } = await driver.target(resource, contextOf(world));

    expect(addresses(world)).toEqual([]);
    expect(host).toMatch(/^192\.168\./);
  });

  it('comes to a network that berth has made with IPv4 alone, beside what is in it', async () => {
    await using world = await azureStand({ foreign: false });
    await made(world);

    await driver.create(azureHost({ ...world.options, ipv6: true }, { name: 'web-2', id: 'second' }), contextOf(world));

    expect(world.standIn.body('microsoft.network/virtualnetworks')).toEqual({
      location: 'westus',
      tags: TAGS,
      properties: {
        addressSpace: { addressPrefixes: ['192.168.0.0/16', '10.0.0.0/8', '172.16.0.0/12', 'fd62:6572:7468::/48'] },
        subnets: [
          { name: 'docker-machine', properties: { addressPrefixes: ['192.168.0.0/16', 'fd62:6572:7468::/64'] } },
        ],
      },
    });
  });

  it('comes to machines made at once with others that want none', async () => {
    await using world = await azureStand({ foreign: false });
    const context = contextOf(world);
    const create = (name: string, ipv6: boolean): Promise<AzureMachine> =>
      driver.create(azureHost({ ...world.options, ipv6 }, { name, id: `${name}-0123456789` }), context);

    const resources = await Promise.all([create('web-1', false), create('web-2', true), create('web-3', true)]);
    await Promise.all(resources.map((resource) => driver.remove(resource, context)));

    expect(world.standIn.left()).toEqual([]);
  });

  it('is in the blocks that the user chooses', async () => {
    await using world = await azureStand({ foreign: false });

    await made(world, { ipv6: true, 'subnet-prefix': '10.1.0.0/24', 'ipv6-subnet-prefix': 'fd00:1::/64' });

    expect(world.standIn.body('microsoft.network/virtualnetworks')).toMatchObject({
      properties: {
        addressSpace: { addressPrefixes: ['10.1.0.0/24', 'fd00:1::/64'] },
        subnets: [{ properties: { addressPrefixes: ['10.1.0.0/24', 'fd00:1::/64'] } }],
      },
    });
  });

  it("is refused before anything is made in somebody else's network of IPv4 alone", async () => {
    await using world = await azureStand();
    const host = azureHost({ ...world.options, ipv6: true });

    const error = await failureOf(driver.check(host, contextOf(world)));

    expect(error).toMatchObject({
      code: 'CheckFailed',
      message: 'virtual network "docker-machine-vnet" has no IPv6 addresses (--azure-ipv6)',
      suggestions: [
        'Name a network that berth makes with them: --azure-vnet docker-machine-vnet-ipv6',
        'Or give them to it and its subnet: az network vnet update, az network vnet subnet update',
      ],
    });
  });

  it('is taken from somebody else’s network of both families', async () => {
    await using world = await azureStand();
    const vnet = [...world.standIn.world.resources.values()].find(({ name }) => name === 'docker-machine-vnet');
    if (!vnet) throw new Error('no network is planted');
    vnet.body = {
      location: 'westus',
      properties: {
        addressSpace: { addressPrefixes: ['192.168.0.0/16', 'fd00:2::/48'] },
        subnets: [{ name: 'docker-machine', properties: { addressPrefixes: ['192.168.0.0/16', 'fd00:2::/64'] } }],
      },
    };
    const before = JSON.stringify(vnet.body);
    const options = { ...world.options, ipv6: true };

    await driver.check(azureHost(options), contextOf(world));
    await made(world, { ipv6: true });

    expect(JSON.stringify(vnet.body)).toBe(before);
  });

  it.each(['fd00::/56', '10.0.0.0/24', 'fd00::'])('does not take the block %s for a subnet', async (prefix) => {
    await using world = await azureStand();
    const host = azureHost({ ...world.options, ipv6: true, 'ipv6-subnet-prefix': prefix });

    const error = await failureOf(driver.check(host, contextOf(world)));

    expect(error).toMatchObject({
      code: 'BadOption',
      message: `option --azure-ipv6-subnet-prefix wants a block of IPv6 of the length 64, got "${prefix}"`,
    });
  });
});
