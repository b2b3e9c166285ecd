import { describe, expect, it } from '@jest/globals';
import { driver } from '../../../drivers/azure/driver.js';
import { SUBSCRIPTION } from '../../standins/azure/index.js';
import { contextOf } from '../contract.js';
import { azureStand, made } from './support.js';

const NETWORK = `/subscriptions/${SUBSCRIPTION}/resourceGroups/docker-machine/providers/Microsoft.Network`;
const TAGS = { 'berth-id': '0123456789abcdef', 'berth-machine': 'web-1', 'berth-store': 'fedcba9876543210' };

describe('what Azure is asked to put between a machine and the world', () => {
  it('is a network of its own parts, with sshd open to everybody, and the ports that the user opens', async () => {
    await using world = await azureStand();

    await made(world, { 'open-port': ['80', '4000-4010/udp'], dns: 'web-one', tags: 'team=web' });

    const tags = { ...TAGS, team: 'web' };
    const anybody = {
      ...{ direction: 'Inbound', access: 'Allow', sourcePortRange: '*', sourceAddressPrefix: '*' },
      destinationAddressPrefix: '*',
    };
    expect(world.standIn.body('microsoft.network/networksecuritygroups')).toEqual({
      location: 'westus',
      tags,
      properties: {
        securityRules: [
          {
            name: 'SSHAllowAny',
            properties: { ...anybody, priority: 100, protocol: 'Tcp', destinationPortRange: '22' },
          },
          {
            name: 'berth-tcp-80-80',
            properties: { ...anybody, priority: 200, protocol: 'Tcp', destinationPortRange: '80' },
          },
          {
            name: 'berth-udp-4000-4010',
            properties: { ...anybody, priority: 201, protocol: 'Udp', destinationPortRange: '4000-4010' },
          },
        ],
      },
    });
    expect(world.standIn.body('microsoft.network/publicipaddresses')).toEqual({
      location: 'westus',
      tags,
      sku: { name: 'Standard' },
      properties: {
        publicIPAllocationMethod: 'Static',
        publicIPAddressVersion: 'IPv4',
        dnsSettings: { domainNameLabel: 'web-one' },
      },
    });
    expect(world.standIn.body('microsoft.network/networkinterfaces')).toEqual({
      location: 'westus',
      tags,
      properties: {
        networkSecurityGroup: { id: `${NETWORK}/networkSecurityGroups/berth-web-1-01234567-firewall` },
        enableAcceleratedNetworking: false,
        ipConfigurations: [
          {
            name: 'ip',
            properties: {
              subnet: { id: `${NETWORK}/virtualNetworks/docker-machine-vnet/subnets/docker-machine` },
              privateIPAllocationMethod: 'Dynamic',
              publicIPAddress: { id: `${NETWORK}/publicIPAddresses/berth-web-1-01234567-ip` },
            },
          },
        ],
      },
    });
  });

  it('has no public address and the private one that was chosen', async () => {
    await using world = await azureStand();
    const options = { 'no-public-ip': true, 'private-ip-address': '192.168.7.7', 'accelerated-networking': true };

    const resource = await made(world, options);
    const target = await driver.target(resource, contextOf(world));

    expect(target).toEqual({ host: '192.168.7.7', port: 22, user: 'docker-user' });
    expect(world.standIn.body('microsoft.network/publicipaddresses')).toBeUndefined();
    expect(world.standIn.body('microsoft.network/networkinterfaces')).toMatchObject({
      properties: {
        enableAcceleratedNetworking: true,
        ipConfigurations: [{ properties: { privateIPAllocationMethod: 'Static', privateIPAddress: '192.168.7.7' } }],
      },
    });
  });

  it('is reached by the name in DNS when it has one', async () => {
    await using world = await azureStand();

    const resource = await made(world, { dns: 'web-one' });

    expect(await driver.target(resource, contextOf(world))).toMatchObject({
      host: 'web-one.westus.cloudapp.azure.com',
    });
  });
});
