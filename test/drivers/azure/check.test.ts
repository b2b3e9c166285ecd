import { describe, expect, it } from '@jest/globals';
import { driver } from '../../../drivers/azure/driver.js';
import type { AzureOptions } from '../../../drivers/azure/options.js';
import type { AzureStandIn } from '../../standins/azure/index.js';
import { failureOf } from '../../helpers/failure.js';
import type { RecordingReporter } from '../../helpers/reporter.js';
import { contextOf } from '../contract.js';
import { azureHost, azureStand } from './support.js';

describe('what is wrong with a request to Azure', () => {
  it.each<[string, Partial<AzureOptions>, readonly [string, string]]>([
    [
      'a closed cloud',
      { environment: 'AzureGermanCloud' },
      ['BadOption', 'the cloud "AzureGermanCloud" was closed in 2021'],
    ],
    [
      'an unknown cloud',
      { environment: 'AzureMoonCloud' },
      ['BadOption', 'option --azure-environment knows no cloud "AzureMoonCloud"'],
    ],
    ['a place', { location: 'mars' }, ['BadOption', 'option --azure-location knows no place "mars"']],
    ['a size', { size: 'Standard_A1' }, ['BadOption', 'option --azure-size: westus has no "Standard_A1"']],
    [
      'a size that this subscription cannot have',
      { size: 'Standard_D64s_v5' },
      ['OutOfStock', 'Azure: none of this size is available here now (check the request)'],
    ],
    [
      'a zone without the size',
      { 'availability-zone': '3', size: 'Standard_D2s_v5' },
      ['CheckFailed', 'no zone "3" of westus has the size "Standard_D2s_v5"'],
    ],
    [
      'Spot of small sizes',
      { spot: true, size: 'Standard_B2s' },
      ['BadOption', 'Azure has no Spot machines of the size "Standard_B2s"'],
    ],
    [
      'a key for the disk by its name',
      { 'disk-encryption-set': 'ours' },
      ['BadOption', 'option --azure-disk-encryption-set wants a resource\'s id, got "ours"'],
    ],
    [
      'an identity by its name',
      { identity: ['builder'] },
      ['BadOption', 'option --azure-identity wants a resource\'s id, got "builder"'],
    ],
    [
      'a price without Spot',
      { 'spot-max-price': '1' },
      ['BadOption', 'option --azure-spot-max-price means nothing without --azure-spot'],
    ],
    [
      'an old image',
      { image: 'canonical:UbuntuServer:16.04.0-LTS:latest' },
      ['CheckFailed', 'Azure has no image "canonical:UbuntuServer:16.04.0-LTS:latest" in westus'],
    ],
    [
      'half an image',
      { image: 'canonical:UbuntuServer' },
      ['BadOption', 'option --azure-image wants publisher:offer:sku:version, got "canonical:UbuntuServer"'],
    ],
    ['a user', { 'ssh-user': 'root' }, ['BadOption', 'Azure allows no user "root" (--azure-ssh-user)']],
    [
      'an account for disks',
      { 'storage-type': 'Standard_GRS' },
      ['BadOption', 'option --azure-storage-type knows no managed disk "Standard_GRS"'],
    ],
    [
      'a fixed address that is not there',
      { 'no-public-ip': true, 'static-public-ip': true },
      ['BadOption', 'options --azure-no-public-ip and --azure-static-public-ip exclude each other'],
    ],
    [
      'a port',
      { 'open-port': ['http'] },
      ['BadOption', 'option --azure-open-port wants port[-port][/tcp|udp], got "http"'],
    ],
    [
      'a group that is shut',
      { nsg: 'web-1-firewall' },
      ['CheckFailed', 'security group "web-1-firewall" lets nobody in at 22 and 2376/tcp'],
    ],
    ['a group', { nsg: 'mine' }, ['CheckFailed', 'no security group "mine" exists (--azure-nsg)']],
    ['a network', { vnet: 'other:mine' }, ['CheckFailed', 'no resource group "other" exists (--azure-vnet)']],
    ['a tenant', { 'tenant-id': 'a/b' }, ['BadOption', 'option --azure-tenant-id wants a UUID or a domain, got "a/b"']],
    [
      'a subscription',
      { 'subscription-id': '../x' },
      ['BadOption', 'option --azure-subscription-id wants a UUID, got "../x"'],
    ],
    [
      'a file',
      { 'custom-data': '/nowhere/mine.yaml' },
      ['BadOption', 'cannot read the file of --azure-custom-data "/nowhere/mine.yaml"'],
    ],
  ])('is found out before anything is made: %s', async (_what, options, [code, message]) => {
    await using world = await azureStand();

    const failure = await failureOf(driver.check(azureHost({ ...world.options, ...options }), contextOf(world)));

    expect([failure.code, failure.message]).toEqual([code, message]);
    expect(failure.message.length).toBeLessThanOrEqual(100);
    expect(world.standIn.left()).toEqual([]);
  });

  it('is a set that docker-machine made, with how to change it', async () => {
    await using world = await azureStand();
    setOf(world.standIn).body = { location: 'westus', properties: {} };

    const failure = await failureOf(driver.check(azureHost(world.options), contextOf(world)));

    expect([failure.code, failure.message, failure.suggestions]).toEqual([
      'CheckFailed',
      'availability set "docker-machine" takes no machines with managed disks',
      [
        'az vm availability-set convert --resource-group docker-machine --name docker-machine',
        'Use another one: --azure-availability-set berth',
      ],
    ]);
  });

  it('is a quota that is used up, before anything is made', async () => {
    await using world = await azureStand();
    world.standIn.quota = 11;

    const failure = await failureOf(
      driver.check(azureHost({ ...world.options, size: 'Standard_B2s' }), contextOf(world)),
    );

    expect([failure.code, failure.message, String(failure.cause)]).toEqual([
      'QuotaReached',
      'Azure: a limit of the account is reached (check the request)',
      'Error: QuotaExceeded: Standard_B2s: Total Regional vCPUs: 10 of 11 in use',
    ]);
  });

  it('is nothing of a good request, which is checked by few calls', async () => {
    await using world = await azureStand();

    await driver.check(azureHost(world.options), contextOf(world));

    expect([...world.standIn.calls].sort()).toEqual([
      'GET Microsoft.Compute',
      'GET Microsoft.Compute/skus',
      'GET Microsoft.Network',
      'GET availabilitySets',
      'GET usages',
      'GET versions',
      'GET virtualMachines',
      'GET virtualNetworks',
      'POST token',
    ]);
  });

  it('is no provider that is not registered yet', async () => {
    await using world = await azureStand();
    world.standIn.unregistered.add('Microsoft.Network');

    await driver.check(azureHost(world.options), contextOf(world));

    expect([...world.standIn.unregistered]).toEqual([]);
  });

  it('is said once of options that mean nothing any more', async () => {
    await using world = await azureStand();
    const context = contextOf(world);
    const options = { ...world.options, 'static-public-ip': true, 'managed-disks': true };

    await driver.check(azureHost(options), context);

    expect((context.report as RecordingReporter).lines).toEqual([
      'warn: --azure-managed-disks, --azure-static-public-ip: disks are always managed and addresses Standard and static now',
    ]);
  });
});

function setOf({ world }: AzureStandIn): { body: Record<string, unknown> } {
  const found = [...world.resources.values()].find(({ type }) => type === 'microsoft.compute/availabilitysets');
  if (!found) throw new Error('there is no set');
  return found;
}
