import { describe, expect, it } from '@jest/globals';
import { driver } from '../../../drivers/digitalocean/driver.js';
import type { DropletMachine } from '../../../drivers/digitalocean/handle.js';
import type { DropletOptions } from '../../../drivers/digitalocean/options.js';
import { closed, opened } from '../../../drivers/digitalocean/rules.js';
import type { PortRule } from '../../../src/driver.js';
import { failureOf } from '../../helpers/failure.js';
import { contextOf } from '../contract.js';
import { dropletHost, dropletStand, type Stand } from './stand.js';

const EVERYBODY = ['0.0.0.0/0', '::/0'];
const SSH: PortRule = { protocol: 'tcp', from: 22, to: 22, sources: EVERYBODY };
const ENGINE: PortRule = { protocol: 'tcp', from: 2376, to: 2376, sources: ['198.51.100.7/32'] };

async function made(world: Stand, options: Partial<DropletOptions> = {}): Promise<DropletMachine> {
  return driver.create(dropletHost({ ...world.options, ...options }), contextOf(world));
}

function listed(world: Stand, machine: DropletMachine): Promise<readonly PortRule[]> {
  return driver.ports?.list(machine, contextOf(world)) ?? Promise.resolve([]);
}

describe('the ports of a machine of DigitalOcean', () => {
  it('are sshd for everybody, until others are opened and closed again', async () => {
    await using world = await dropletStand();
    const machine = await made(world);
    const range: PortRule = { protocol: 'udp', from: 8_000, to: 8_080, sources: ['192.0.2.0/24', '2001:db8::/32'] };

    const first = await listed(world, machine);
    await driver.ports?.open(machine, [ENGINE, range], contextOf(world));
    await driver.ports?.open(machine, [{ ...ENGINE, sources: ['203.0.113.9/32'] }], contextOf(world));
    const second = await listed(world, machine);
    await driver.ports?.close(machine, [ENGINE, range, { ...ENGINE, to: 2_377 }], contextOf(world));

    expect(first).toEqual([SSH]);
    expect(second).toEqual([SSH, range, { ...ENGINE, sources: ['198.51.100.7/32', '203.0.113.9/32'] }]);
    expect(await listed(world, machine)).toEqual([SSH, { ...ENGINE, sources: ['203.0.113.9/32'] }]);
  });

  it('are opened without changing anything else of the firewall', async () => {
    await using world = await dropletStand();
    const machine = await made(world);
    const before = world.standIn.world.firewalls.get(machine.firewallId);

    await driver.ports?.open(machine, [ENGINE], contextOf(world));
    await driver.ports?.close(machine, [ENGINE], contextOf(world));

    expect(world.standIn.world.firewalls.get(machine.firewallId)).toEqual(before);
  });

  it('are opened in a firewall of its own beside those that the user has named', async () => {
    await using world = await dropletStand();
    const [firewall] = world.standIn.world.firewalls.values();
    const machine = await made(world, { firewalls: [firewall?.id ?? ''] });
    const context = contextOf(world);

    const changed = await driver.ports?.open(machine, [ENGINE], context);

    expect(changed).toEqual({ ...machine, firewallId: expect.stringMatching(/^bb4b2611-/) });
    expect(context.kept).toEqual([changed]);
    expect(await listed(world, machine)).toEqual([SSH, ENGINE]);
    await driver.remove(changed ?? machine, contextOf(world));
    expect(world.standIn.left()).toEqual([]);
  });

  it('are all open without a firewall, and none is closed by opening one', async () => {
    await using world = await dropletStand();
    const machine = await made(world, { 'no-firewall': true });

    await driver.ports?.open(machine, [ENGINE], contextOf(world));
    const failure = await failureOf(async () => driver.ports?.close(machine, [ENGINE], contextOf(world)));

    expect(await listed(world, machine)).toEqual([
      { protocol: 'tcp', from: 1, to: 65_535, sources: EVERYBODY },
      { protocol: 'udp', from: 1, to: 65_535, sources: EVERYBODY },
      { protocol: 'esp', from: 0, to: 0, sources: EVERYBODY },
    ]);
    expect([failure.code, failure.message, failure.suggestions]).toEqual([
      'NotSupported',
      '"web-1" stands behind no firewall, all its ports are open',
      [`doctl compute firewall add-droplets FIREWALL --droplet-ids ${machine.dropletId}`],
    ]);
  });
});

describe('ESP to a machine of DigitalOcean', () => {
  const ESP: PortRule = { protocol: 'esp', from: 0, to: 0, sources: ['10.0.0.4/32'] };

  it('is refused behind a firewall, which knows three protocols and no other', async () => {
    await using world = await dropletStand();
    const machine = await made(world);

    const failure = await failureOf(async () => driver.ports?.open(machine, [ENGINE, ESP], contextOf(world)));

    expect([failure.code, failure.message]).toEqual([
      'NotSupported',
      'firewalls of DigitalOcean cannot let ESP in to "web-1"',
    ]);
    expect(await listed(world, machine)).toEqual([SSH]);
  });

  it('needs nothing where there is no firewall', async () => {
    await using world = await dropletStand();
    const machine = await made(world, { 'no-firewall': true });

    expect(await driver.ports?.open(machine, [ESP], contextOf(world))).toBeUndefined();
  });
});

describe('the rules of a firewall', () => {
  const ofUser = {
    protocol: 'tcp',
    ports: '80',
    sources: { addresses: ['192.0.2.1'], tags: ['web'], droplet_ids: [] },
  };

  it('that name droplets and tags keep them', () => {
    const wanted: PortRule = { protocol: 'tcp', from: 80, to: 80, sources: ['192.0.2.1/32', '192.0.2.2/32'] };

    const more = opened([ofUser], [wanted]);

    expect(more).toEqual([
      { protocol: 'tcp', ports: '80', sources: { addresses: ['192.0.2.1'], tags: ['web'] } },
      { protocol: 'tcp', ports: '80', sources: { addresses: ['192.0.2.2/32'] } },
    ]);
    expect(closed(more, [wanted])).toEqual([{ protocol: 'tcp', ports: '80', sources: { tags: ['web'] } }]);
  });

  it.each(['0', 'all'])('of all ports are told as a range when they are written "%s"', (ports) => {
    const all: PortRule = { protocol: 'udp', from: 1, to: 65_535, sources: ['192.0.2.1/32'] };

    const rules = opened([{ protocol: 'udp', ports, sources: { addresses: ['192.0.2.1/32'] } }], [all]);

    expect(rules).toHaveLength(1);
    expect(closed(rules, [all])).toEqual([]);
  });
});
