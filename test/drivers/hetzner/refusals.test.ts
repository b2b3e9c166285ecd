import { describe, expect, it } from '@jest/globals';
import { hetzner } from '../../../drivers/hetzner/index.js';
import { rateLimitMs } from '../../../drivers/hetzner/faults.js';
import type { HetznerOptions } from '../../../drivers/hetzner/options.js';
import { failureOf } from '../../helpers/failure.js';
import { refusal } from '../../standins/hetzner/index.js';
import { contextOf } from '../contract.js';
import { hetznerHost, hetznerStand } from './support.js';

interface Said {
  readonly code: string;
  readonly message: string;
  readonly suggestions: readonly string[];
}

async function refusedFor(of: Partial<HetznerOptions>): Promise<Said> {
  await using world = await hetznerStand();
  const driver = await hetzner.load();
  const { code, message, suggestions } = await failureOf(
    driver.check(hetznerHost({ ...world.options, ...of }), contextOf(world)),
  );
  expect(world.standIn.left()).toEqual([]);
  return { code, message, suggestions };
}

describe('what the driver hetzner refuses before anything costs money', () => {
  it.each<readonly [Partial<HetznerOptions>, string]>([
    [
      { endpoint: 'api.hetzner.cloud' },
      'option --hetzner-endpoint wants an http or https URL, got "api.hetzner.cloud"',
    ],
    [{ image: 'debian-13', 'image-id': '5' }, '--hetzner-image and --hetzner-image-id exclude each other'],
    [{ 'image-arch': 'arm', 'image-id': '5' }, '--hetzner-image-arch and --hetzner-image-id exclude each other'],
    [{ 'image-id': 'ubuntu' }, 'option --hetzner-image-id wants a number, got "ubuntu"'],
    [{ 'existing-key-id': 'mine' }, 'option --hetzner-existing-key-id wants a number, got "mine"'],
    [
      { 'auto-spread': true, 'placement-group': 'x' },
      '--hetzner-auto-spread and --hetzner-placement-group exclude each other',
    ],
    [
      { 'user-data': 'x', 'user-data-file': 'y' },
      '--hetzner-user-data and --hetzner-user-data-file exclude each other',
    ],
    [
      { 'primary-ipv4': 'x', 'disable-public-ipv4': true },
      '--hetzner-primary-ipv4 and --hetzner-disable-public-ipv4 exclude each other',
    ],
    [
      { 'disable-public-ipv4': true, 'disable-public-ipv6': true },
      'a machine without public addresses wants --hetzner-use-private-network',
    ],
    [{ 'disable-public': true }, 'option --hetzner-use-private-network wants a --hetzner-networks'],
    [{ 'server-label': ['tier'] }, 'option --hetzner-server-label wants key=value, got "tier"'],
    [{ 'key-label': ['a b=c'] }, 'option --hetzner-key-label wants key=value, got "a b=c"'],
    [{ 'open-port': ['http'] }, 'option --hetzner-open-port wants port[-port][/tcp|udp], got "http"'],
    [
      { 'additional-key': ['-----BEGIN OPENSSH PRIVATE KEY-----'] },
      'option --hetzner-additional-key wants a public key, got "-----BEGIN OPENSSH P…"',
    ],
  ])('%j', async (of, message) => {
    expect(await refusedFor(of)).toMatchObject({ code: 'BadOption', message });
  });

  it.each<readonly [Partial<HetznerOptions>, string, readonly string[]]>([
    [
      { 'server-type': 'cx11' },
      'Hetzner has no server type "cx11"',
      ['--hetzner-server-type cx23', '--hetzner-server-type cax11'],
    ],
    [
      { 'server-type': 'cx22' },
      'Hetzner does not sell server type "cx22" any more',
      ['--hetzner-server-type cx23', '--hetzner-server-type cax11'],
    ],
    [
      { 'server-location': 'ash' },
      'Hetzner does not sell server type "cx23" in "ash"',
      ['--hetzner-server-type cpx11'],
    ],
    [{ 'server-location': 'fsn2' }, 'Hetzner has no location "fsn2"', ['Take one of ash, fsn1, hel1, hil, nbg1, sin']],
    [
      { image: 'ubuntu-20.04' },
      'Hetzner has no image "ubuntu-20.04" for x86 in this project',
      ['hcloud image list', '--hetzner-image ubuntu-24.04'],
    ],
    [
      { 'image-id': '12' },
      'Hetzner has no image "12" in this project',
      ['hcloud image list', 'Leave --hetzner-image-id out: the newest Ubuntu LTS is taken then'],
    ],
    [
      { 'image-arch': 'arm', 'server-type': 'cx23' },
      'server type "cx23" is x86, the image shall be arm',
      ['Leave --hetzner-image-arch out', '--hetzner-server-type cax11'],
    ],
    [
      { networks: ['lan'] },
      'Hetzner has no network "lan" in this project',
      ['hcloud network list', 'Check that the API token is of the right project'],
    ],
    [
      { firewalls: ['77'] },
      'Hetzner has no firewall "77" in this project',
      ['hcloud firewall list', 'Check that the API token is of the right project'],
    ],
    [
      { 'primary-ipv4': '198.51.100.1' },
      'Hetzner has no primary-ip "198.51.100.1" in this project',
      ['hcloud primary-ip list', 'Check that the API token is of the right project'],
    ],
    [{ 'primary-ipv4': 'my-ipv6' }, 'primary IP "my-ipv6" is ipv6, not ipv4', []],
    [
      { volumes: ['data'], 'server-location': 'nbg1' },
      '"data" is in fsn1, the machine in nbg1',
      ['--hetzner-server-location fsn1'],
    ],
    [
      { 'existing-key-id': '3' },
      'Hetzner has no SSH key "3" in this project',
      ['hcloud ssh-key list', 'Leave --hetzner-existing-key-id out: berth makes a key of its own'],
    ],
    [{ 'existing-key-path': '/none/id' }, 'the public key cannot be read: "/none/id.pub"', []],
    [{ 'user-data-file': '/none/data' }, 'the user-data cannot be read: "/none/data"', []],
  ])('%j', async (of, message, suggestions) => {
    expect(await refusedFor(of)).toEqual({ code: 'CheckFailed', message, suggestions });
  });

  it('refuses what a server of somebody else has already', async () => {
    await using world = await hetznerStand();
    for (const volume of world.standIn.world.volumes.values()) volume.server = 7;
    const host = hetznerHost({ ...world.options, volumes: ['data'] });

    const failure = await failureOf((await hetzner.load()).check(host, contextOf(world)));

    expect(failure.message).toBe('volume "data" is in use by server 7');
  });

  it('refuses the name of a server that is there, and not that of its own unfinished one', async () => {
    await using world = await hetznerStand();
    const driver = await hetzner.load();
    const host = hetznerHost(world.options);
    await driver.create(host, contextOf(world));

    const again = driver.check(host, contextOf(world));
    const other = failureOf(driver.check({ ...host, id: 'eeeeeeeeeeeeeeee' }, contextOf(world)));

    await expect(again).resolves.toBeUndefined();
    expect((await other).message).toBe('a server called "web-1" is in this project already');
  });
});

describe('what Hetzner refuses', () => {
  it.each([
    ['forbidden', 403, 'CredentialsRefused', 'Hetzner: does not accept the credentials (create the server)'],
    ['token_readonly', 403, 'CredentialsRefused', 'Hetzner: does not accept the credentials (create the server)'],
    ['resource_limit_exceeded', 403, 'QuotaReached', 'Hetzner: a limit of the account is reached (create the server)'],
    ['resource_unavailable', 412, 'OutOfStock', 'Hetzner: none of this size is available here now (create the server)'],
    ['placement_error', 422, 'OutOfStock', 'Hetzner: none of this size is available here now (create the server)'],
    ['invalid_input', 422, 'BadOption', 'Hetzner: does not accept an option (create the server)'],
    ['not_found', 404, 'DriverFailed', 'Hetzner: what was asked for does not exist (create the server)'],
    ['protected', 403, 'DriverFailed', 'Hetzner: something else is in the way (create the server)'],
  ])('as %s is told whole, with its words as the cause', async (code, status, ours, message) => {
    await using world = await hetznerStand();
    const answer = refusal(status, code, 'its words');
    world.standIn.intervene = ({ name }) => (name === 'POST /servers' ? answer : undefined);
    const driver = await hetzner.load();

    const failure = await failureOf(driver.create(hetznerHost(world.options), contextOf(world)));

    expect([failure.code, failure.message]).toEqual([ours, message]);
    expect(failure.cause).toEqual(new Error(`${code}: its words`));
  });

  it('names the fields that it does not accept', async () => {
    await using world = await hetznerStand();
    const answer = refusal(422, 'invalid_input', 'invalid input', 'labels');
    world.standIn.intervene = ({ name }) => (name === 'POST /servers' ? answer : undefined);

    const driver = await hetzner.load();
    const failure = await failureOf(driver.create(hetznerHost(world.options), contextOf(world)));

    expect(failure.cause).toEqual(new Error('invalid_input: invalid input [labels: invalid input]'));
  });

  it.each([
    ['the first request of the hour that comes back', { limit: '3600', remaining: '0', reset: 3_600 }, 1_000],
    ['half an hour for half of them', { limit: '3600', remaining: '1800', reset: 1_800 }, 1_000],
    ['the reset where nothing more is said', { reset: 20 }, 20_000],
    ['five minutes at most', { reset: 3_600 }, 300_000],
    ['nothing when it is past', { reset: -5 }, 0],
  ])('for asking too fast is waited out: %s', (_what, { reset, ...counts }, waitMs) => {
    const now = new Date('2026-11-21T10:00:00Z');
    const headers = new Headers({ 'ratelimit-reset': String(now.getTime() / 1_000 + reset) });
    for (const [name, value] of Object.entries(counts)) headers.set(`ratelimit-${name}`, value);

    expect(rateLimitMs(headers, now)).toBe(waitMs);
  });
});
