import { describe, expect, it } from '@jest/globals';
import { google } from '../../../drivers/google/index.js';
import type { GoogleMachine } from '../../../drivers/google/machine.js';
import type { PortRule } from '../../../src/driver.js';
import { PROJECT } from '../../standins/google/index.js';
import { googleStand, type Stand } from './world.js';

const ENGINE: PortRule = { protocol: 'tcp', from: 2376, to: 2376, sources: ['198.51.100.7/32'] };
const SSHD: PortRule = { protocol: 'tcp', from: 22, to: 22, sources: ['0.0.0.0/0'] };

function rules({ standIn }: Stand): unknown[] {
  return standIn.bodies.filter(({ name }) => name === 'Firewalls.Insert').map(({ body }) => body);
}

describe('ports of the driver google', () => {
  it('are sshd’s from the beginning, by a rule of the machine alone, and what --google-open-port names', async () => {
    await using world = await googleStand();

    const machine = await world.driver.create(world.host({ 'open-port': ['8000-8080/udp'] }), world.context);

    expect(rules(world)[0]).toEqual({
      name: expect.stringMatching(/^berth-web-1-01234567-[0-9a-f]{7}$/),
      description: '{"berth-machine":"web-1","berth-id":"0123456789abcdef","berth-store":"fedcba9876543210"}',
      network: 'projects/acme-1/global/networks/default',
      direction: 'INGRESS',
      allowed: [{ IPProtocol: 'tcp', ports: ['22'] }],
      sourceRanges: ['0.0.0.0/0'],
      targetTags: ['berth-web-1-01234567'],
    });
    expect(await world.driver.ports?.list(machine, world.context)).toEqual([
      SSHD,
      { protocol: 'udp', from: 8000, to: 8080, sources: ['0.0.0.0/0'] },
    ]);
  });

  it('open twice to one rule, close by source, and go with the machine', async () => {
    await using world = await googleStand();
    const { driver, context } = world;
    const machine = await driver.create(world.host(), context);
    const both = { ...ENGINE, sources: ['198.51.100.7/32', '2001:db8::/64'] };

    await driver.ports?.open(machine, [both], context);
    await driver.ports?.open(machine, [both], context);
    const opened = await driver.ports?.list(machine, context);
    await driver.ports?.close(machine, [{ ...ENGINE, sources: ['2001:db8::/64'] }], context);
    await driver.ports?.close(machine, [{ ...ENGINE, from: 80, to: 80 }], context);
    const left = await driver.ports?.list(machine, context);
    await driver.remove(machine, context);

    expect([opened, left]).toEqual([
      [SSHD, both],
      [SSHD, ENGINE],
    ]);
    expect(world.standIn.left()).toEqual([]);
  });

  it('let ESP in, which has none, and no more', async () => {
    await using world = await googleStand();
    const { driver, context } = world;
    const machine = await driver.create(world.host(), context);
    const esp: PortRule = { protocol: 'esp', from: 0, to: 0, sources: ['10.0.0.4/32', '10.0.0.5/32'] };

    await driver.ports?.open(machine, [esp], context);
    const opened = await driver.ports?.list(machine, context);
    await driver.ports?.close(machine, [{ ...esp, sources: ['10.0.0.4/32'] }], context);

    expect(rules(world)[1]).toMatchObject({ allowed: [{ IPProtocol: 'esp' }], sourceRanges: esp.sources });
    expect(opened).toEqual([esp, SSHD]);
    expect(await driver.ports?.list(machine, context)).toEqual([{ ...esp, sources: ['10.0.0.5/32'] }, SSHD]);
  });

  it('are made in the project that the network belongs to, or not at all where they are the user’s matter', async () => {
    await using world = await googleStand();
    const { driver, context } = world;
    const shared = { network: 'projects/host-1/global/networks/default' };

    const machine = await driver.create(world.host(shared), context);
    const alone = await driver.create({ ...world.host({ 'skip-firewall-create': true }), name: 'web-2' }, context);
    await driver.ports?.open(alone, [ENGINE], context);

    expect(machine.network).toBe('projects/host-1/global/networks/default');
    expect(rules(world)).toHaveLength(1);
  });

  it('of a machine that docker-machine made need a tag of its own first; the shared rule stays', async () => {
    await using world = await googleStand();
    const before = world.standIn.foreign().filter((text) => text.startsWith('docker-machines '));
    const machine = {
      ...(google.fromStored({ Project: PROJECT, Zone: 'us-central1-a', MachineName: 'web-1' })
        .resource as GoogleMachine),
      endpoint: world.standIn.url,
    };
    await world.driver.create(world.host(), world.context);

    const tagged = (await world.driver.ports?.open(machine, [ENGINE], world.context)) as GoogleMachine;

    expect(tagged.tag).toMatch(/^berth-web-1-[0-9a-f]{8}$/);
    expect(await world.driver.ports?.list(tagged, world.context)).toEqual([ENGINE]);
    expect(world.standIn.world.instances.get('us-central1-a/web-1')?.value.tags.items).toContain(tagged.tag);
    expect(world.standIn.foreign().filter((text) => text.startsWith('docker-machines '))).toEqual(before);
  });
});
