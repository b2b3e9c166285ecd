import { describe, expect, it } from '@jest/globals';
import { hetznerDriver } from '../../../drivers/hetzner/driver.js';
import { hetzner } from '../../../drivers/hetzner/index.js';
import type { HetznerMachine } from '../../../drivers/hetzner/handle.js';
import type { HetznerOptions } from '../../../drivers/hetzner/options.js';
import { failureOf } from '../../helpers/failure.js';
import { recordingReporter } from '../../helpers/reporter.js';
import { refusal } from '../../standins/hetzner/index.js';
import { contextOf } from '../contract.js';
import { crashes, losses } from '../crash-campaign.js';
import { CAMPAIGN_MS, type CloudStand } from '../cloud-stand.js';
import { hetznerHost, hetznerStand, type Stand } from './support.js';

const driver = hetznerDriver({ shutdownMs: 20 });

async function made(world: Stand, of: Partial<HetznerOptions> = {}): Promise<HetznerMachine> {
  return driver.create(hetznerHost({ ...world.options, ...of }), contextOf(world));
}

describe('the power of a server of Hetzner', () => {
  it('is cut when the host does not listen to a shutdown', async () => {
    await using world = await hetznerStand();
    const resource = await made(world);
    world.standIn.world.ignoresShutdown = true;
    const report = recordingReporter();
    const before = world.standIn.calls.length;

    await driver.stop(resource, { ...contextOf(world), report });

    expect(await driver.state(resource, contextOf(world))).toBe('stopped');
    expect(report.lines).toEqual(['warn: "web-1" does not shut down: its power is cut']);
    expect(world.standIn.calls.slice(before).filter((name) => name.startsWith('POST'))).toEqual([
      'POST /servers/:id/actions/shutdown',
      'POST /servers/:id/actions/poweroff',
    ]);
  });

  it('is left alone when it is off already', async () => {
    await using world = await hetznerStand();
    const resource = await made(world);
    await driver.stop(resource, contextOf(world));
    const before = world.standIn.calls.length;

    await driver.stop(resource, contextOf(world));

    expect(world.standIn.calls.slice(before)).toEqual(['GET /servers/:id']);
  });

  it('waits for what else goes on with the server', async () => {
    await using world = await hetznerStand();
    const resource = await made(world);
    let locked = 2;
    world.standIn.intervene = ({ name }) =>
      name.endsWith('/poweroff') && (locked -= 1) >= 0 ? refusal(423, 'locked', 'server is locked') : undefined;

    await driver.kill(resource, contextOf(world));

    expect(await driver.state(resource, contextOf(world))).toBe('stopped');
  });

  it('is not to be had of a server that is gone', async () => {
    await using world = await hetznerStand();
    const resource = await made(world);
    await driver.remove(resource, contextOf(world));

    const failure = await failureOf(driver.start(resource, contextOf(world)));

    expect([failure.message, failure.suggestions]).toEqual(['machine "web-1" is gone', ['berth rm web-1']]);
  });

  it('is not to be had of a server that was never made', async () => {
    await using world = await hetznerStand();
    const resource = { ...(await made(world)), serverId: 0 };

    const failure = await failureOf(driver.start(resource, contextOf(world)));

    expect([failure.code, failure.message]).toEqual(['MachineNotRunning', 'machine "web-1" was never finished']);
  });
});

describe('addresses of a server of Hetzner', () => {
  it.each<readonly [string, Partial<HetznerOptions>, RegExp]>([
    ['the public IPv4 one', {}, /^192\.0\.2\.\d+$/],
    ['the first of its IPv6 network', { 'disable-public-ipv4': true }, /^2001:db8:0:[0-9a-f]+::1$/],
    ['the private one', { 'use-private-network': true, networks: ['internal'] }, /^10\.0\.0\.\d+$/],
    ['the private one', { 'disable-public': true, networks: ['internal'] }, /^10\.0\.0\.\d+$/],
    ['that of the primary IP', { 'primary-ipv4': '203.0.113.5' }, /^203\.0\.113\.5$/],
  ])('are %s with %j', async (_which, of, expected) => {
    await using world = await hetznerStand();
    const resource = await made(world, { ...of, 'server-location': 'fsn1' });

    const { host } = await driver.target(resource, contextOf(world));

    expect(host).toMatch(expected);
  });
});

describe('stock of Hetzner', () => {
  it.each(['at once', 'later'] as const)('is looked for elsewhere when there is none, told %s', async (when) => {
    await using world = await hetznerStand();
    world.standIn.world.soldOut.set('cx23 fsn1', when).set('cx23 nbg1', when);
    const report = recordingReporter();
    const options = { ...world.options, 'server-location': 'fsn1,nbg1', 'server-type': 'cx23,cpx22' };

    const resource = await driver.create(hetznerHost(options), { ...contextOf(world), report });

    const servers = [...world.standIn.world.servers.values()].filter(({ others }) => !others);
    expect(servers.map(({ id, type, location }) => [id, type, location])).toEqual([
      [resource.serverId, 'cpx22', 'fsn1'],
    ]);
    expect(report.lines).toEqual([
      'info: no cx23 in fsn1 now, trying cx23 in nbg1',
      'info: no cx23 in nbg1 now, trying cpx22 in fsn1',
    ]);
  });
});

describe('placement groups of Hetzner', () => {
  it('are shared by machines that spread, and go with the last one', async () => {
    await using world = await hetznerStand();
    const spread = { ...world.options, 'auto-spread': true };
    const one = await driver.create(hetznerHost(spread), contextOf(world));
    const second = hetznerHost(spread, { name: 'web-2', id: 'abcdefabcdefabcd', publicKey: 'ssh-ed25519 BBBB two' });
    const two = await driver.create(second, contextOf(world));

    await driver.remove(one, contextOf(world));
    const between = world.standIn.left().filter((text) => text.startsWith('placement'));
    await driver.remove(two, contextOf(world));

    expect([one.groupId, between]).toEqual([two.groupId, [`placement group ${one.groupId}`]]);
    expect(world.standIn.left()).toEqual([]);
  });

  it('stay when somebody else has made them', async () => {
    await using world = await hetznerStand();
    const before = world.standIn.foreign();
    const resource = await made(world, { 'placement-group': 'mine' });

    await driver.remove(resource, contextOf(world));

    expect([resource.groupId, world.standIn.foreign()]).toEqual([0, before]);
  });

  it("go with a machine of docker-machine's driver, which keeps no record of them", async () => {
    await using world = await hetznerStand();
    const { serverId, keyId, endpoint } = await made(world, { 'auto-spread': true, firewalls: ['theirs'] });
    const stored = { MachineName: 'web-1', ServerID: serverId, KeyID: keyId, Endpoint: endpoint };
    const { resource } = hetzner.fromStored(stored);

    if (resource) await driver.remove(resource, contextOf(world));

    expect(world.standIn.left()).toEqual([]);
  });
});

/** With a key that was there, one that was not, a group that is made, and everything that can be attached. */
async function fullStand(): Promise<CloudStand> {
  const { standIn, ...stand } = await hetznerStand({
    'auto-spread': true,
    'additional-key': ['ssh-ed25519 DDDD other', 'ssh-ed25519 CCCC somebody@else'],
    'server-location': 'fsn1',
    volumes: ['data'],
    networks: ['internal'],
    'primary-ipv4': 'my-ipv4',
  });
  return {
    ...stand,
    standIn,
    foreign: () => standIn.foreign(),
    refusals: { credentials: { status: 401 }, throttled: { status: 429 } },
  };
}

describe('a machine of Hetzner with everything', () => {
  it.each([
    ['an answer of its create is lost', () => losses(hetzner, fullStand, 'create')],
    ['an answer of its removal is lost', () => losses(hetzner, fullStand, 'remove')],
    ['its create dies, and it is removed', () => crashes(hetzner, fullStand, 'remove')],
    ['its create dies, and is finished', () => crashes(hetzner, fullStand, 'resume')],
  ])(
    'leaves nothing behind when %s',
    async (_how, campaign) => {
      expect((await campaign()).filter(({ orphans }) => orphans.length > 0)).toEqual([]);
    },
    CAMPAIGN_MS,
  );

  it('leaves what is not its own as it was', async () => {
    await using world = await fullStand();
    const before = world.foreign();
    const context = contextOf(world);

    await driver.remove(await driver.create(hetznerHost(world.options as HetznerOptions), context), context);

    expect([world.standIn.left(), world.foreign()]).toEqual([[], before]);
  });
});
