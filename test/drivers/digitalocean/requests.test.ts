import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { driver } from '../../../drivers/digitalocean/driver.js';
import type { DropletMachine } from '../../../drivers/digitalocean/handle.js';
import { fingerprintOf } from '../../../drivers/digitalocean/keys.js';
import type { DropletOptions } from '../../../drivers/digitalocean/options.js';
import { SNAPSHOT, TEAM, VPC } from '../../standins/digitalocean/index.js';
import { contextOf } from '../contract.js';
import { dropletHost, dropletStand, type Stand } from './stand.js';

const OWN_NAME = 'berth.web-1.0123456789abcdef.fedcba9876543210';
const TAGS = ['made-by:berth', 'berth-machine:web-1:0123456789abcdef:fedcba9876543210'];
const EVERYBODY = ['0.0.0.0/0', '::/0'];

async function made(world: Stand, options: Partial<DropletOptions> = {}): Promise<DropletMachine> {
  return driver.create(dropletHost({ ...world.options, ...options }), contextOf(world));
}

function foreignKey({ standIn }: Stand): { readonly id: number; readonly fingerprint: string } {
  const [key] = standIn.world.keys.values();
  if (!key) throw new Error('there is no key');
  return key;
}

describe('a create on DigitalOcean asks', () => {
  it('for a key, a droplet and a firewall before it', async () => {
    await using world = await dropletStand();

    const machine = await made(world);

    const { standIn } = world;
    expect(standIn.calls).toEqual(['GET /account', 'POST /account/keys', 'POST /droplets', 'POST /firewalls']);
    expect(standIn.bodies('POST /account/keys')).toEqual([{ name: OWN_NAME, public_key: 'ssh-ed25519 AAAA test' }]);
    expect(standIn.bodies('POST /droplets')).toEqual([
      {
        name: 'web-1',
        region: 'nyc3',
        size: 's-1vcpu-1gb',
        image: 'ubuntu-24-04-x64',
        ssh_keys: [machine.keyId],
        user_data: expect.stringMatching(/^#cloud-config\nhostname: .*web-1/),
        tags: TAGS,
      },
    ]);
    expect(standIn.bodies('POST /firewalls')).toEqual([
      {
        name: OWN_NAME,
        droplet_ids: [machine.dropletId],
        inbound_rules: [
          { protocol: 'tcp', ports: '22', sources: { addresses: EVERYBODY } },
          { protocol: 'icmp', ports: '0', sources: { addresses: EVERYBODY } },
        ],
        outbound_rules: ['tcp', 'udp', 'icmp'].map((protocol) => ({
          ...{ protocol, ports: '0' },
          destinations: { addresses: EVERYBODY },
        })),
      },
    ]);
  });

  it('so that all of it is in the handle', async () => {
    await using world = await dropletStand();

    const machine = await made(world);

    expect(machine).toEqual({
      endpoint: world.standIn.url,
      context: '',
      mark: expect.stringMatching(/^[0-9a-f]{12}$/),
      team: TEAM,
      name: 'web-1',
      id: '0123456789abcdef',
      store: 'fedcba9876543210',
      dropletId: expect.any(Number),
      madeAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      keyId: expect.any(Number),
      keyFingerprint: fingerprintOf('ssh-ed25519 AAAA test'),
      firewallId: expect.stringMatching(/^bb4b2611-/),
      isGpu: false,
      reach: 'public',
      sshUser: 'root',
      sshPort: 22,
    });
  });

  it('for whatever the options say', async () => {
    await using world = await dropletStand();

    await made(world, {
      ...{ image: String(SNAPSHOT), region: 'fra1', size: 'g-2vcpu-8gb', ipv6: true, monitoring: true, backups: true },
      ...{
        tags: 'web, env:prod,,made-by:berth',
        'vpc-uuid': VPC,
        'ssh-key-fingerprint': foreignKey(world).fingerprint,
      },
      ...{ 'ssh-port': 2222, 'open-port': ['80', '8000-8080/udp'] },
    });

    expect(world.standIn.bodies('POST /account/keys')).toEqual([]);
    expect(world.standIn.bodies('POST /droplets')).toEqual([
      {
        name: 'web-1',
        region: 'fra1',
        size: 'g-2vcpu-8gb',
        image: SNAPSHOT,
        ssh_keys: [foreignKey(world).fingerprint],
        user_data: expect.any(String),
        tags: ['web', 'env:prod', ...TAGS],
        ipv6: true,
        monitoring: true,
        backups: true,
        backup_policy: { plan: 'weekly' },
        vpc_uuid: VPC,
      },
    ]);
    expect(world.standIn.bodies('POST /firewalls')).toMatchObject([
      {
        inbound_rules: [
          { protocol: 'tcp', ports: '2222', sources: { addresses: EVERYBODY } },
          { protocol: 'tcp', ports: '80', sources: { addresses: EVERYBODY } },
          { protocol: 'udp', ports: '8000-8080', sources: { addresses: EVERYBODY } },
          { protocol: 'icmp' },
        ],
      },
    ]);
  });

  it('for no firewall of its own where the user has named others', async () => {
    await using world = await dropletStand();
    const [firewall] = world.standIn.world.firewalls.values();

    const machine = await made(world, { firewalls: [firewall?.id ?? ''] });
    const joined = firewall?.droplet_ids.includes(machine.dropletId);
    await driver.remove(machine, contextOf(world));

    expect([machine.firewallId, joined]).toEqual(['', true]);
    expect(world.standIn.bodies('POST /firewalls')).toEqual([]);
    expect(world.standIn.world.firewalls.has(firewall?.id ?? '')).toBe(true);
  });

  it('for none at all when it shall stand open as with docker-machine', async () => {
    await using world = await dropletStand();

    const machine = await made(world, { 'no-firewall': true });

    expect(machine.firewallId).toBe('');
    expect(world.standIn.calls.filter((call) => call.includes('firewalls'))).toEqual([]);
  });

  it('for a machine that only its network reaches', async () => {
    await using world = await dropletStand();

    const machine = await made(world, { 'disable-public': true });
    const target = await driver.target(machine, contextOf(world));

    expect(world.standIn.bodies('POST /droplets')).toMatchObject([{ public_networking: false }]);
    expect(target).toEqual({ host: expect.stringMatching(/^10\.108\.0\.\d+$/), port: 22, user: 'root' });
  });

  it('for a key by its number', async () => {
    await using world = await dropletStand();
    const { id } = foreignKey(world);

    await made(world, { 'ssh-key-fingerprint': String(id) });

    expect(world.standIn.bodies('POST /droplets')).toMatchObject([{ ssh_keys: [id] }]);
  });

  it('for the key of a file, which stays when the account had it already', async () => {
    await using world = await dropletStand();
    const [key] = world.standIn.world.keys.values();
    const folder = await mkdtemp(join(tmpdir(), 'berth-digitalocean-'));
    await writeFile(join(folder, 'id.pub'), `${key?.public_key ?? ''}\n`);

    const machine = await made(world, { 'ssh-key-path': join(folder, 'id') });
    await driver.remove(machine, contextOf(world));
    await rm(folder, { recursive: true });

    expect(world.standIn.bodies('POST /droplets')).toMatchObject([{ ssh_keys: [key?.id] }]);
    expect([machine.keyId, machine.keyFingerprint]).toEqual([0, '']);
    expect(world.standIn.world.keys.has(key?.id ?? 0)).toBe(true);
    expect(world.standIn.left()).toEqual([]);
  });

  it("for the user's own user-data beside berth's", async () => {
    await using world = await dropletStand();
    const folder = await mkdtemp(join(tmpdir(), 'berth-digitalocean-'));
    await writeFile(join(folder, 'mine.yaml'), '#cloud-config\npackages: [htop]\n');

    await made(world, { userdata: join(folder, 'mine.yaml') });
    await rm(folder, { recursive: true });

    const [body] = world.standIn.bodies('POST /droplets');
    expect(body?.['user_data']).toContain('packages: [htop]');
    expect(body?.['user_data']).toContain('ssh_authorized_keys');
  });

  it('for the next region and size when the first are out of stock', async () => {
    await using world = await dropletStand();
    for (const region of ['nyc1', 'nyc3']) world.standIn.world.soldOut.add(`${region} s-1vcpu-1gb`);

    await made(world, { region: 'nyc1,nyc3', size: 's-1vcpu-1gb,s-1vcpu-2gb' });

    const asked = world.standIn.bodies('POST /droplets').map(({ region, size }) => `${String(region)} ${String(size)}`);
    expect(asked).toEqual(['nyc1 s-1vcpu-1gb', 'nyc3 s-1vcpu-1gb', 'nyc1 s-1vcpu-2gb']);
  });

  it('by a tag without dots for a machine with dots in its name', async () => {
    await using world = await dropletStand();
    const context = contextOf(world);

    await driver.create(dropletHost(world.options, { name: 'web.example.org' }), context);
    const owned = await driver.owned?.(world.options, context);

    expect(world.standIn.bodies('POST /droplets')).toMatchObject([
      { tags: ['made-by:berth', 'berth-machine:web_example_org:0123456789abcdef:fedcba9876543210'] },
    ]);
    expect(owned?.filter(({ machine }) => machine === 'web.example.org').map(({ kind }) => kind)).toEqual([
      ...['droplet', 'firewall', 'SSH key', 'tag'],
    ]);
  });
});
