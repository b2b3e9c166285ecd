import { describe, expect, it } from '@jest/globals';
import { canonicalBlock } from '../../../drivers/hetzner/cidr.js';
import { driver } from '../../../drivers/hetzner/driver.js';
import type { HetznerMachine } from '../../../drivers/hetzner/handle.js';
import type { HetznerOptions } from '../../../drivers/hetzner/options.js';
import { ports } from '../../../drivers/hetzner/ports.js';
import type { PortRule } from '../../../src/driver.js';
import { failureOf } from '../../helpers/failure.js';
import { contextOf } from '../contract.js';
import { hetznerHost, hetznerStand, type Stand } from './support.js';

const EVERYBODY = ['0.0.0.0/0', '::/0'];
const SSH: PortRule = { protocol: 'tcp', from: 22, to: 22, sources: EVERYBODY };
const ENGINE: PortRule = { protocol: 'tcp', from: 2_376, to: 2_376, sources: ['198.51.100.7/32'] };
const ESP: PortRule = { protocol: 'esp', from: 0, to: 0, sources: ['10.0.0.4/32', '10.0.0.5/32'] };
const ALL = [
  ...(['tcp', 'udp'] as const).map((protocol) => ({ protocol, from: 1, to: 65_535, sources: EVERYBODY })),
  { ...ESP, sources: EVERYBODY },
];

async function made(world: Stand, of: Partial<HetznerOptions> = {}): Promise<HetznerMachine> {
  return driver.create(hetznerHost({ ...world.options, ...of }), contextOf(world));
}

describe('ports of a server of Hetzner', () => {
  it('are opened and closed in the firewall of its own, and the others stay', async () => {
    await using world = await hetznerStand();
    const resource = await made(world);
    const list = (): Promise<readonly PortRule[]> => ports.list(resource, contextOf(world));

    const first = await list();
    await ports.open(resource, [ENGINE, { ...ENGINE, protocol: 'udp', from: 80, to: 90 }], contextOf(world));
    await ports.open(resource, [{ ...ENGINE, sources: ['203.0.113.9/24', ...ENGINE.sources] }], contextOf(world));
    const then = await list();
    await ports.close(resource, [ENGINE, { ...ENGINE, from: 1, to: 2 }], contextOf(world));
    const last = await list();

    const range = { ...ENGINE, protocol: 'udp', from: 80, to: 90 };
    expect(first).toEqual([SSH]);
    expect(then).toEqual([SSH, range, { ...ENGINE, sources: ['198.51.100.7/32', '203.0.113.0/24'] }]);
    expect(last).toEqual([SSH, range, { ...ENGINE, sources: ['203.0.113.0/24'] }]);
  });

  it("are opened in a firewall of its own beside the user's, which stays as it is", async () => {
    await using world = await hetznerStand();
    const before = world.standIn.foreign();
    const resource = await made(world, { firewalls: ['theirs'] });

    const opened = (await ports.open(resource, [ENGINE], contextOf(world))) ?? resource;
    const again = await ports.open(resource, [ENGINE], contextOf(world));
    const list = await ports.list(opened, contextOf(world));
    await driver.remove(opened, contextOf(world));

    expect(list).toEqual([{ ...SSH, sources: ['0.0.0.0/0'] }, ENGINE]);
    expect(again).toEqual(opened);
    expect([world.standIn.left(), world.standIn.foreign()]).toEqual([[], before]);
  });

  it('are all open where there is no firewall, and stay so', async () => {
    await using world = await hetznerStand();
    const resource = await made(world, { 'disable-public': true, networks: ['internal'] });

    await ports.open(resource, [ENGINE], contextOf(world));
    const failure = await failureOf(ports.close(resource, [ENGINE], contextOf(world)));

    expect(await ports.list(resource, contextOf(world))).toEqual(ALL);
    expect([failure.code, failure.message]).toEqual([
      'NotSupported',
      '"web-1" stands behind no firewall, all its ports are open',
    ]);
  });

  it('let ESP in, which has none, and no more', async () => {
    await using world = await hetznerStand();
    const resource = await made(world);

    await ports.open(resource, [ESP], contextOf(world));
    await ports.open(resource, [ESP], contextOf(world));
    const opened = await ports.list(resource, contextOf(world));
    await ports.close(resource, [{ ...ESP, sources: ['10.0.0.4/32'] }], contextOf(world));

    expect(opened).toEqual([SSH, ESP]);
    expect(await ports.list(resource, contextOf(world))).toEqual([SSH, { ...ESP, sources: ['10.0.0.5/32'] }]);
  });

  it('are left in a firewall that others stand behind as well', async () => {
    await using world = await hetznerStand();
    const resource = await made(world);
    const [theirs] = [...world.standIn.world.servers.values()].filter(({ others }) => others);
    if (theirs) theirs.firewalls = [...theirs.firewalls, resource.firewallId];

    await driver.remove(resource, contextOf(world));

    expect(world.standIn.left()).toEqual([`firewall ${resource.firewallId}`]);
  });
});

describe('a block of addresses', () => {
  it.each([
    ['192.0.2.77/24', '192.0.2.0/24'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['203.0.113.9/32', '203.0.113.9/32'],
    ['2001:DB8:0:0:1::5/64', '2001:db8::/64'],
    ['2001:db8::1/128', '2001:db8::1/128'],
    ['::/0', '::/0'],
    ['::ffff:1.2.3.4/128', '::ffff:102:304/128'],
  ])('%s is written %s', (given, written) => {
    expect(canonicalBlock(given)).toBe(written);
  });
});
