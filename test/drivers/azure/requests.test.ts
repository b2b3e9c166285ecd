import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { userData } from '../../../src/cloud/user-data.js';
import { SUBSCRIPTION } from '../../standins/azure/index.js';
import { newHost } from '../contract.js';
import { azureStand, made } from './support.js';

const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/docker-machine`;
const NETWORK = `${GROUP}/providers/Microsoft.Network`;
const TAGS = { 'berth-id': '0123456789abcdef', 'berth-machine': 'web-1', 'berth-store': 'fedcba9876543210' };

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

  it('is under keys of the user’s own, and somebody for other services, where that is asked for', async () => {
    await using world = await azureStand();
    const set = `${GROUP}/providers/Microsoft.Compute/diskEncryptionSets/ours`;
    const own = `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/builder`;

    await made(world, { 'disk-encryption-set': set, 'encryption-at-host': true, identity: ['system', own] });

    expect(world.standIn.body('microsoft.compute/virtualmachines')).toMatchObject({
      identity: { type: 'SystemAssigned, UserAssigned', userAssignedIdentities: { [own]: {} } },
      properties: {
        securityProfile: { encryptionAtHost: true },
        storageProfile: { osDisk: { managedDisk: { diskEncryptionSet: { id: set } } } },
      },
    });
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
});
