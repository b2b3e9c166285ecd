import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { driver } from '../../../drivers/azure/driver.js';
import type { AzureMachine } from '../../../drivers/azure/handle.js';
import type { AzureOptions } from '../../../drivers/azure/options.js';
import { userData } from '../../../src/cloud/user-data.js';
import { SUBSCRIPTION } from '../../standins/azure/index.js';
import { contextOf, newHost } from '../contract.js';
import { azureStand, azureHost, type Stand } from './support.js';

const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/docker-machine`;
const NETWORK = `${GROUP}/providers/Microsoft.Network`;
const TAGS = { 'berth-id': '0123456789abcdef', 'berth-machine': 'web-1', 'berth-store': 'fedcba9876543210' };

async function made(world: Stand, options: Partial<AzureOptions> = {}): Promise<AzureMachine> {
  return driver.create(azureHost({ ...world.options, ...options }), contextOf(world));
}

describe('what Azure is asked to make', () => {
  it('is a machine on a managed disk with the newest Ubuntu LTS, for the defaults', async () => {
    await using world = await azureStand();

    await made(world);

    const text = userData({ host: newHost({}), user: 'docker-user', limit: 65_535 });
    expect(world.standIn.body('microsoft.compute/virtualmachines')).toEqual({
      location: 'westus',
      tags: TAGS,
      properties: {
        hardwareProfile: { vmSize: 'Standard_B2s_v2' },
        storageProfile: {
          imageReference: { publisher: 'Canonical', offer: 'ubuntu-24_04-lts', sku: 'server', version: 'latest' },
          osDisk: {
            name: 'berth-web-1-01234567-os',
            createOption: 'FromImage',
            caching: 'ReadWrite',
            deleteOption: 'Delete',
            diskSizeGB: 30,
            managedDisk: { storageAccountType: 'StandardSSD_LRS' },
          },
        },
        osProfile: {
          computerName: 'web-1',
          adminUsername: 'docker-user',
          customData: Buffer.from(text).toString('base64'),
          linuxConfiguration: {
            disablePasswordAuthentication: true,
            ssh: {
              publicKeys: [{ path: '/home/docker-user/.ssh/authorized_keys', keyData: 'ssh-ed25519 AAAA test' }],
            },
          },
        },
        networkProfile: {
          networkInterfaces: [
            {
              id: `${NETWORK}/networkInterfaces/berth-web-1-01234567-nic`,
              properties: { primary: true, deleteOption: 'Detach' },
            },
          ],
        },
        diagnosticsProfile: { bootDiagnostics: { enabled: true } },
        availabilitySet: { id: `${GROUP}/providers/Microsoft.Compute/availabilitySets/docker-machine` },
      },
    });
  });

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

  it('is a Spot machine in a zone, outside of the availability set', async () => {
    await using world = await azureStand();

    await made(world, { spot: true, 'spot-max-price': '0.05', 'availability-zone': '2', size: 'Standard_D2s_v5' });

    const body = world.standIn.body('microsoft.compute/virtualmachines');
    expect(body).toMatchObject({
      zones: ['2'],
      properties: { priority: 'Spot', evictionPolicy: 'Deallocate', billingProfile: { maxPrice: 0.05 } },
    });
    expect(body?.['properties']).not.toHaveProperty('availabilitySet');
  });

  it.each([
    ['Standard_D2ps_v5', 'server-arm64'],
    ['Standard_B2s', 'server'],
    ['Standard_A2', 'server-gen1'],
  ])('boots the size %s from the image %s', async (size, sku) => {
    await using world = await azureStand();

    await made(world, { size });

    expect(world.standIn.body('microsoft.compute/virtualmachines')).toMatchObject({
      properties: { storageProfile: { imageReference: { sku } } },
    });
  });

  it.each([
    ['/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/images/mine', 'id'],
    ['/CommunityGalleries/g/Images/i/Versions/latest', 'communityGalleryImageId'],
    ['/SharedGalleries/g/Images/i/Versions/latest', 'sharedGalleryImageId'],
  ])('boots from %s by its %s', async (image, member) => {
    await using world = await azureStand();

    await made(world, { image, plan: 'publisher:product:name' });

    expect(world.standIn.body('microsoft.compute/virtualmachines')).toMatchObject({
      plan: { publisher: 'publisher', product: 'product', name: 'name' },
      properties: { storageProfile: { imageReference: { [member]: image } } },
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

  it("carries the user's own user-data beside berth's", async () => {
    await using world = await azureStand();
    const folder = await mkdtemp(join(tmpdir(), 'berth-azure-'));
    await writeFile(join(folder, 'mine.yaml'), '#cloud-config\npackages: [htop]\n');

    await made(world, { 'custom-data': join(folder, 'mine.yaml') });
    await rm(folder, { recursive: true });

    const body = world.standIn.body('microsoft.compute/virtualmachines') as {
      properties: { osProfile: { customData: string } };
    };
    const text = Buffer.from(body.properties.osProfile.customData, 'base64').toString();
    expect(text).toContain('packages: [htop]');
    expect(text).toContain('ssh_authorized_keys');
  });

  it('is reached by the name in DNS when it has one', async () => {
    await using world = await azureStand();

    const resource = await made(world, { dns: 'web-one' });

    expect(await driver.target(resource, contextOf(world))).toMatchObject({
      host: 'web-one.westus.cloudapp.azure.com',
    });
  });
});
