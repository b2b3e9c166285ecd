import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hetzner } from '../../../drivers/hetzner/index.js';
import type { HetznerOptions } from '../../../drivers/hetzner/options.js';
import { recordingReporter } from '../../helpers/reporter.js';
import type { Json } from '../../standins/hetzner/world.js';
import { contextOf } from '../contract.js';
import { hetznerHost, hetznerStand, type Stand } from './support.js';

const OWNER = { 'berth-machine': 'web-1', 'berth-id': '0123456789abcdef', 'berth-store': 'fedcba9876543210' };
const EVERYBODY = ['0.0.0.0/0', '::/0'];
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-hetzner-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The bodies of the requests of one check and one create, by call. */
async function asked(world: Stand, of: Partial<HetznerOptions> = {}): Promise<Record<string, readonly Json[]>> {
  const host = hetznerHost({ ...world.options, ...of });
  const driver = await hetzner.load();
  const context = contextOf(world);
  await driver.check(host, context);
  await driver.create(host, context);
  const calls = [...new Set(world.standIn.bodies.map(({ call }) => call))];
  const of_ = (name: string): readonly Json[] =>
    world.standIn.bodies.filter(({ call }) => call === name).map(({ body }) => body);
  return Object.fromEntries(calls.map((name) => [name, of_(name)]));
}

function idNamed(world: Stand, what: 'networks' | 'volumes' | 'primary_ips' | 'firewalls', name: string): number {
  const found = [...world.standIn.world[what].values()].find((one) => one.name === name);
  return found?.id ?? 0;
}

describe('what the driver hetzner asks for', () => {
  it('is a key, a firewall for sshd and a server, with labels of the machine on each', async () => {
    await using world = await hetznerStand();

    const requests = await asked(world);

    const [key] = [...world.standIn.world.ssh_keys.values()].filter(({ others }) => !others);
    const [firewall] = [...world.standIn.world.firewalls.values()].filter(({ others }) => !others);
    expect(requests).toEqual({
      'POST /ssh_keys': [{ name: 'berth-web-1-01234567', public_key: 'ssh-ed25519 AAAA test', labels: OWNER }],
      'POST /firewalls': [
        {
          name: 'berth-web-1-01234567',
          labels: OWNER,
          rules: [
            { direction: 'in', protocol: 'tcp', port: '22', source_ips: EVERYBODY, description: 'berth' },
            { direction: 'in', protocol: 'icmp', source_ips: EVERYBODY, description: 'berth' },
          ],
        },
      ],
      'POST /servers': [
        {
          name: 'web-1',
          server_type: 'cx23',
          image: 161_547_269,
          ssh_keys: [key?.id],
          user_data: expect.stringMatching(/^#cloud-config\nhostname: "web-1"\n/),
          labels: OWNER,
          firewalls: [{ firewall: firewall?.id }],
        },
      ],
    });
  });

  it('is asked for by few calls: what is looked up, what is made, and looks at how it goes', async () => {
    await using world = await hetznerStand();

    await asked(world);

    expect(world.standIn.calls.slice(0, 3).toSorted()).toEqual(['GET /images', 'GET /server_types', 'GET /servers']);
    expect(world.standIn.calls.slice(3, 5).toSorted()).toEqual(['GET /images', 'GET /server_types']);
    expect(world.standIn.calls.slice(5)).toEqual([
      ...['POST /ssh_keys', 'POST /firewalls', 'POST /servers', 'GET /actions', 'GET /actions', 'GET /actions'],
    ]);
  });

  it('has everything in it that the options name', async () => {
    await using world = await hetznerStand();

    const requests = await asked(world, {
      image: 'ubuntu-22.04',
      'server-type': 'cpx22',
      'server-location': 'fsn1',
      'server-label': ['tier=front', 'example.com/team=a'],
      'key-label': ['kind=login'],
      volumes: ['data'],
      networks: ['internal'],
      firewalls: ['theirs'],
      'placement-group': 'fresh',
      'primary-ipv4': 'my-ipv4',
      'primary-ipv6': '2001:db8:5::/64',
      'additional-key': ['ssh-ed25519 DDDD other', 'ssh-ed25519 CCCC somebody@else'],
      'user-data': '#!/bin/sh\ntouch /ready',
    });

    const { world: project } = world.standIn;
    const ids = [...project.ssh_keys.values()].map(({ name, id }) => [name, id] as const);
    const keys = Object.fromEntries(ids);
    expect(requests['POST /ssh_keys']).toEqual([
      { name: 'berth-web-1-01234567', public_key: 'ssh-ed25519 AAAA test', labels: { kind: 'login', ...OWNER } },
      {
        name: 'berth-web-1-01234567-additional-0',
        public_key: 'ssh-ed25519 DDDD other',
        labels: { kind: 'login', ...OWNER },
      },
      {
        name: 'berth-web-1-01234567-additional-1',
        public_key: 'ssh-ed25519 CCCC somebody@else',
        labels: { kind: 'login', ...OWNER },
      },
    ]);
    expect(requests['POST /placement_groups']).toEqual([
      { name: 'fresh', type: 'spread', labels: { ...OWNER, 'docker-machine/auto-created': 'true' } },
    ]);
    expect(requests['POST /firewalls']).toBeUndefined();
    expect(requests['POST /servers']).toEqual([
      {
        name: 'web-1',
        server_type: 'cpx22',
        image: 67_794_396,
        location: 'fsn1',
        ssh_keys: [keys['berth-web-1-01234567'], keys['berth-web-1-01234567-additional-0'], keys['web-1']],
        user_data: expect.stringMatching(/^Content-Type: multipart\/mixed;[^]*touch \/ready/),
        labels: { tier: 'front', 'example.com/team': 'a', ...OWNER },
        volumes: [idNamed(world, 'volumes', 'data')],
        automount: false,
        networks: [idNamed(world, 'networks', 'internal')],
        firewalls: [{ firewall: idNamed(world, 'firewalls', 'theirs') }],
        placement_group: [...project.placement_groups.values()].find(({ name }) => name === 'fresh')?.id,
        public_net: {
          enable_ipv4: true,
          enable_ipv6: true,
          ipv4: idNamed(world, 'primary_ips', 'my-ipv4'),
          ipv6: idNamed(world, 'primary_ips', 'my-ipv6'),
        },
      },
    ]);
  });

  it.each([
    ['disable-public-ipv4', { 'disable-public-ipv4': true }, { enable_ipv4: false, enable_ipv6: true }],
    ['disable-public-6', { 'disable-public-6': true }, { enable_ipv4: true, enable_ipv6: false }],
    ['disable-public', { 'disable-public': true, networks: ['internal'] }, { enable_ipv4: false, enable_ipv6: false }],
  ])('has no public address that %s forbids', async (_option, of, expected) => {
    await using world = await hetznerStand();

    const requests = await asked(world, of);

    expect(requests['POST /servers']?.[0]?.['public_net']).toEqual(expected);
  });

  it('has no firewall where no public address is', async () => {
    await using world = await hetznerStand();

    const requests = await asked(world, { 'disable-public': true, networks: ['internal'] });

    expect([requests['POST /firewalls'], requests['POST /servers']?.[0]?.['firewalls']]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('is the image of the architecture that the server type has', async () => {
    await using world = await hetznerStand();

    const requests = await asked(world, { 'image-arch': 'arm' });

    expect(requests['POST /servers']?.[0]).toMatchObject({ server_type: 'cax11', image: 161_547_270 });
  });

  it('is a snapshot by its number', async () => {
    await using world = await hetznerStand();

    const requests = await asked(world, { 'image-id': '4711' });

    expect(requests['POST /servers']?.[0]?.['image']).toBe(4_711);
  });

  it("is the user's key where one is named, from its file", async () => {
    await using world = await hetznerStand();
    const path = join(folder, 'id_ed25519');
    await writeFile(`${path}.pub`, 'ssh-ed25519 EEEE joe\n');

    const requests = await asked(world, { 'existing-key-path': path });

    expect(requests['POST /ssh_keys']?.map(({ public_key: key }) => key)).toEqual(['ssh-ed25519 EEEE joe']);
  });

  it('is no key where one of the project is named', async () => {
    await using world = await hetznerStand();
    const [theirs] = [...world.standIn.world.ssh_keys.keys()];

    const requests = await asked(world, { 'existing-key-id': String(theirs) });

    expect([requests['POST /ssh_keys'], requests['POST /servers']?.[0]?.['ssh_keys']]).toEqual([undefined, [theirs]]);
  });

  it.each([
    ['user-data-file', (path: string) => ({ 'user-data-file': path })],
    ['user-data-from-file', (path: string) => ({ 'user-data': path, 'user-data-from-file': true })],
  ])('has the user-data of the file that %s names', async (_option, of) => {
    await using world = await hetznerStand();
    const path = join(folder, 'user-data.sh');
    await writeFile(path, '#!/bin/sh\ntouch /from-file\n');

    const requests = await asked(world, of(path));

    expect(requests['POST /servers']?.[0]?.['user_data']).toEqual(expect.stringContaining('touch /from-file'));
  });

  it('opens the ports that open-port names', async () => {
    await using world = await hetznerStand();

    const requests = await asked(world, { 'ssh-port': 2_222, 'open-port': ['80', '8000-8010/udp'] });

    const rules = requests['POST /firewalls']?.[0]?.['rules'] as readonly Json[];
    expect(rules.map(({ protocol, port }) => `${String(protocol)} ${String(port)}`)).toEqual([
      ...['tcp 2222', 'tcp 80', 'udp 8000-8010', 'icmp undefined'],
    ]);
  });

  it('says what replaced the former names, and what has no effect', async () => {
    await using world = await hetznerStand();
    const report = recordingReporter();
    const options = {
      ...world.options,
      'disable-public-6': true,
      'wait-on-error': 5,
      'open-port': ['80'],
      firewalls: ['theirs'],
    };

    await (await hetzner.load()).check(hetznerHost(options), { ...contextOf(world), report });

    expect(report.lines).toEqual([
      'warn: --hetzner-disable-public-6 is the former name: use --hetzner-disable-public-ipv6',
      'warn: --hetzner-wait-on-error has no effect: what was made stays until berth rm, or is finished by create',
      'warn: --hetzner-open-port has no effect with --hetzner-firewalls: open ports in those',
    ]);
  });
});
