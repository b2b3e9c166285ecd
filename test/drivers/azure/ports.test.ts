import { describe, expect, it } from '@jest/globals';
import { driver } from '../../../drivers/azure/driver.js';
import type { AzureMachine } from '../../../drivers/azure/handle.js';
import type { AzureOptions } from '../../../drivers/azure/options.js';
import type { PortRule } from '../../../src/driver.js';
import { ANYWHERE } from '../../../src/cloud/ports.js';
import { failureOf } from '../../helpers/failure.js';
import { contextOf } from '../contract.js';
import { azureHost, azureStand, type Stand } from './support.js';

const SSH: PortRule = { protocol: 'tcp', from: 22, to: 22, sources: ANYWHERE };
const engine = (...sources: readonly string[]): PortRule => ({ protocol: 'tcp', from: 2376, to: 2376, sources });

async function made(options: Partial<AzureOptions> = {}): Promise<Stand & { resource: AzureMachine }> {
  const world = await azureStand();
  const resource = await driver.create(azureHost({ ...world.options, ...options }), contextOf(world));
  return { ...world, resource };
}
const list = (world: Stand & { resource: AzureMachine }): Promise<readonly PortRule[] | undefined> =>
  Promise.resolve(driver.ports?.list(world.resource, contextOf(world)));

describe('the ports of a machine of Azure', () => {
  it('are opened to some, and to more', async () => {
    await using world = await made();

    await driver.ports?.open(world.resource, [engine('198.51.100.7/32')], contextOf(world));
    await driver.ports?.open(world.resource, [engine('198.51.100.7/32', '203.0.113.0/24')], contextOf(world));

    expect(await list(world)).toEqual([SSH, engine('198.51.100.7/32', '203.0.113.0/24')]);
  });

  it('are opened to both families of addresses by rules of their own', async () => {
    await using world = await made();
    const wide: PortRule = { protocol: 'udp', from: 4000, to: 4010, sources: ANYWHERE };

    await driver.ports?.open(world.resource, [engine('198.51.100.7/32', '2001:db8::/64'), wide], contextOf(world));

    expect(await list(world)).toEqual([SSH, engine('198.51.100.7/32'), engine('2001:db8::/64'), wide]);
  });

  it('let ESP in, which has none, and no more', async () => {
    await using world = await made();
    const esp: PortRule = { protocol: 'esp', from: 0, to: 0, sources: ['10.0.0.4/32', '10.0.0.5/32'] };

    await driver.ports?.open(world.resource, [esp], contextOf(world));
    const opened = await list(world);
    await driver.ports?.close(world.resource, [{ ...esp, sources: ['10.0.0.4/32'] }], contextOf(world));
    const narrowed = await list(world);
    await driver.ports?.close(world.resource, [esp], contextOf(world));

    expect(opened).toEqual([SSH, esp]);
    expect(narrowed).toEqual([SSH, { ...esp, sources: ['10.0.0.5/32'] }]);
    expect(await list(world)).toEqual([SSH]);
  });

  it('are not opened again', async () => {
    await using world = await made();
    await driver.ports?.open(world.resource, [engine('198.51.100.7/32')], contextOf(world));
    const before = world.standIn.calls.length;

    await driver.ports?.open(world.resource, [SSH, engine('198.51.100.7/32')], contextOf(world));

    expect(world.standIn.calls.slice(before).filter((call) => !call.startsWith('GET'))).toEqual(['POST token']);
  });

  it('are closed to some, and to all; what berth did not open stays', async () => {
    await using world = await made();
    const { ports } = driver;
    await ports?.open(world.resource, [engine('198.51.100.7/32', '203.0.113.0/24')], contextOf(world));

    await ports?.close(world.resource, [engine('203.0.113.0/24'), SSH], contextOf(world));
    const between = await list(world);
    await ports?.close(world.resource, [engine('198.51.100.7/32')], contextOf(world));
    await ports?.close(world.resource, [engine('198.51.100.7/32')], contextOf(world));

    expect(between).toEqual([SSH, engine('198.51.100.7/32')]);
    expect(await list(world)).toEqual([SSH]);
  });

  it('are opened though somebody takes the priority just then', async () => {
    await using world = await made();
    let isTaken = false;
    world.standIn.intervene = async ({ name }) => {
      if (name !== 'PUT networkSecurityGroups/securityRules' || isTaken) return undefined;
      isTaken = true;
      await driver.ports?.open(world.resource, [{ ...SSH, from: 80, to: 80 }], contextOf(world));
      return undefined;
    };

    await driver.ports?.open(world.resource, [engine('198.51.100.7/32')], contextOf(world));

    expect(await list(world)).toEqual([SSH, { ...SSH, from: 80, to: 80 }, engine('198.51.100.7/32')]);
  });

  it("are as the user's own security group has them, if it has them for anybody", async () => {
    await using world = await made({ nsg: 'web-1-firewall' });
    const group = [...world.standIn.world.resources.values()].find(({ name }) => name === 'web-1-firewall');
    const rule = { access: 'Allow', direction: 'Inbound', protocol: '*', sourceAddressPrefix: 'VirtualNetwork' };
    const properties = { ...rule, destinationPortRange: '2000-3000' };
    if (group) group.body = { ...group.body, properties: { securityRules: [{ name: 'inside', properties }] } };

    const opened = Promise.resolve(driver.ports?.open(world.resource, [engine('198.51.100.7/32')], contextOf(world)));

    await expect(opened).resolves.toBeUndefined();
  });

  it("are the user's own where the security group is", async () => {
    await using world = await made({ nsg: 'web-1-firewall' });

    const failure = await failureOf(
      Promise.resolve(driver.ports?.open(world.resource, [engine('198.51.100.7/32')], contextOf(world))),
    );
    const before = world.standIn.foreign();
    await driver.ports?.close(world.resource, [SSH], contextOf(world));
    await driver.remove(world.resource, contextOf(world));

    expect([failure.code, failure.message, failure.suggestions]).toEqual([
      'NotSupported',
      'the security group of "web-1" is yours, berth does not change it',
      ['Open 2376/tcp in it yourself', 'Create the machine without --azure-nsg'],
    ]);
    expect(world.standIn.foreign()).toEqual(before);
    expect(world.standIn.left()).toEqual([]);
  });
});
