import { describe, expect, it } from '@jest/globals';
import { driver } from '../../../drivers/digitalocean/driver.js';
import type { DropletOptions } from '../../../drivers/digitalocean/options.js';
import { failureOf } from '../../helpers/failure.js';
import type { RecordingReporter } from '../../helpers/reporter.js';
import { SNAPSHOT, VPC } from '../../standins/digitalocean/index.js';
import { refusal } from '../../standins/digitalocean/world.js';
import type { StandInAnswer } from '../../standins/server.js';
import { contextOf } from '../contract.js';
import { dropletHost, dropletStand } from './stand.js';

const FINGERPRINT = '3b:16:e4:bf:8b:00:8b:b8:59:8c:a9:d3:f0:19:fa:45';
const NOWHERE = '00000000-0000-4000-8000-000000000000';
const unprocessable = (words: string): StandInAnswer => refusal(422, 'unprocessable_entity', words);

describe('what DigitalOcean refuses', () => {
  it.each<[string, StandInAnswer, readonly [string, string, string]]>([
    [
      'rights that are missing',
      refusal(403, 'forbidden', 'You do not have permission to perform this action.'),
      [
        'CredentialsRefused',
        'DigitalOcean: does not accept the credentials (create the droplet)',
        'Error: forbidden: You do not have permission to perform this action.',
      ],
    ],
    [
      'the limit of droplets',
      unprocessable('creating this/these droplet(s) will exceed your droplet limit'),
      [
        'QuotaReached',
        'DigitalOcean: a limit of the account is reached (create the droplet)',
        'Error: unprocessable_entity: creating this/these droplet(s) will exceed your droplet limit',
      ],
    ],
    [
      'an account that is locked',
      refusal(403, 'forbidden', 'Your account is locked. Please contact support.'),
      [
        'QuotaReached',
        'DigitalOcean: a limit of the account is reached (create the droplet)',
        'Error: forbidden: Your account is locked. Please contact support.',
      ],
    ],
    ...['Size is not available in this region.', 'Region is not available', 'size is unavailable'].map(
      (words): [string, StandInAnswer, readonly [string, string, string]] => [
        words,
        unprocessable(words),
        [
          'OutOfStock',
          'DigitalOcean: none of this size is available here now (create the droplet)',
          `Error: unprocessable_entity: ${words}`,
        ],
      ],
    ),
    [
      'what an option names',
      unprocessable('You specified an invalid size for Droplet creation.'),
      [
        'BadOption',
        'DigitalOcean: does not accept an option (create the droplet)',
        'Error: unprocessable_entity: You specified an invalid size for Droplet creation.',
      ],
    ],
    [
      'what stands in the way',
      refusal(409, 'conflict', 'The request could not be completed due to a conflict.'),
      [
        'DriverFailed',
        'DigitalOcean: something else is in the way (create the droplet)',
        'Error: conflict: The request could not be completed due to a conflict.',
      ],
    ],
    [
      'what it does not know',
      { status: 404, body: '<html>no such page</html>' },
      [
        'DriverFailed',
        'DigitalOcean: what was asked for does not exist (create the droplet)',
        'Error: HTTP 404: <html>no such page</html>',
      ],
    ],
  ])('is said of %s', async (_what, answer, [code, message, cause]) => {
    await using world = await dropletStand();
    world.standIn.intervene = ({ name }) => (name === 'POST /droplets' ? answer : undefined);

    const failure = await failureOf(driver.create(dropletHost(world.options), contextOf(world)));

    expect([failure.code, failure.message, String(failure.cause)]).toEqual([code, message, cause]);
  });

  it('is said of the limit of an hour, whose end is told by a header', async () => {
    await using world = await dropletStand();
    const answer = refusal(429, 'too_many_requests', 'API Rate limit exceeded.');
    const inAnHour = { 'ratelimit-reset': String(Math.ceil(Date.now() / 1_000) + 3_600) };
    world.standIn.intervene = ({ index }) => (index === 0 ? { ...answer, headers: inAnHour } : undefined);

    const end = new AbortController();

    const failure = await failureOf(driver.check(dropletHost(world.options), contextOf(world, end.signal)));
    // Other questions of the check may wait for their turn.
    end.abort();

    expect([failure.code, failure.message, failure.suggestions]).toEqual([
      'RateLimited',
      'DigitalOcean: too many requests for too long (check the request)',
      ['Try again in some minutes'],
    ]);
  });

  it.each<[string, Partial<DropletOptions>, readonly [string, string]]>([
    [
      'an address',
      { endpoint: 'digitalocean.com' },
      ['BadOption', 'option --digitalocean-endpoint wants an http or https URL, got "digitalocean.com"'],
    ],
    ['a region', { region: 'nyc3,mars1' }, ['CheckFailed', 'DigitalOcean has no region "mars1"']],
    ['a size', { size: '512mb' }, ['CheckFailed', 'DigitalOcean has no size "512mb"']],
    [
      'a size that its region does not have',
      { size: 'g-2vcpu-8gb' },
      ['OutOfStock', 'DigitalOcean: none of this size is available here now (check the request)'],
    ],
    [
      'a region that is closed',
      { region: 'ams2' },
      ['OutOfStock', 'DigitalOcean: none of this size is available here now (check the request)'],
    ],
    ['an image', { image: 'ubuntu-16-04-x64' }, ['CheckFailed', 'DigitalOcean has no image "ubuntu-16-04-x64"']],
    ['an odd image', { image: '../droplets' }, ['CheckFailed', 'DigitalOcean has no image "../droplets"']],
    [
      'an image elsewhere',
      { image: String(SNAPSHOT), region: 'fra1,nyc3' },
      ['CheckFailed', `image "${SNAPSHOT}" is not in region "nyc3"`],
    ],
    ['a network', { 'vpc-uuid': NOWHERE }, ['CheckFailed', `DigitalOcean has no VPC "${NOWHERE}" in this account`]],
    ['a network elsewhere', { 'vpc-uuid': VPC }, ['CheckFailed', 'the VPC is in region "fra1", the machine in "nyc3"']],
    [
      'a network by its name',
      { 'vpc-uuid': 'mine' },
      ['BadOption', 'option --digitalocean-vpc-uuid wants a UUID, got "mine"'],
    ],
    [
      'a firewall',
      { firewalls: [NOWHERE] },
      ['CheckFailed', `DigitalOcean has no firewall "${NOWHERE}" in this account`],
    ],
    [
      'a firewall by its name',
      { firewalls: ['../droplets'] },
      ['BadOption', 'option --digitalocean-firewalls wants a UUID, got "../droplets"'],
    ],
    [
      'a key',
      { 'ssh-key-fingerprint': FINGERPRINT },
      ['CheckFailed', `DigitalOcean has no SSH key "${FINGERPRINT}" in this account`],
    ],
    [
      'a fingerprint of another kind',
      { 'ssh-key-fingerprint': 'SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU' },
      ['BadOption', 'option --digitalocean-ssh-key-fingerprint wants MD5 pairs, got "SHA256:47DEQpj8HBSa+…"'],
    ],
    [
      'a key without its public half',
      { 'ssh-key-path': '/nowhere/id' },
      ['CheckFailed', 'the public key cannot be read: "/nowhere/id.pub"'],
    ],
    [
      'a file',
      { userdata: '/nowhere/mine.yaml' },
      ['CheckFailed', 'the user-data cannot be read: "/nowhere/mine.yaml"'],
    ],
    ['a tag', { tags: 'web,two words' }, ['BadOption', 'option --digitalocean-tags takes no tag "two words"']],
    [
      'a port',
      { 'open-port': ['http'] },
      ['BadOption', 'option --digitalocean-open-port wants port[-port][/tcp|udp], got "http"'],
    ],
    [
      'IPv6 without anything public',
      { 'disable-public': true, ipv6: true },
      ['BadOption', '--digitalocean-disable-public and --digitalocean-ipv6 exclude each other'],
    ],
    [
      'firewalls and none',
      { 'no-firewall': true, firewalls: [NOWHERE] },
      ['BadOption', '--digitalocean-no-firewall and --digitalocean-firewalls exclude each other'],
    ],
  ])('is found out before anything is made: %s', async (_what, options, [code, message]) => {
    await using world = await dropletStand();

    const failure = await failureOf(driver.check(dropletHost({ ...world.options, ...options }), contextOf(world)));

    expect([failure.code, failure.message]).toEqual([code, message]);
    expect(failure.message.length).toBeLessThanOrEqual(100);
    expect(world.standIn.left()).toEqual([]);
  });

  it('is nothing of a good request, which is checked by two calls', async () => {
    await using world = await dropletStand();

    await driver.check(dropletHost(world.options), contextOf(world));

    expect([...world.standIn.calls].sort()).toEqual(['GET /images/:id', 'GET /regions']);
  });

  it('is nothing of places that hold for "nyc", whichever of them it will be', async () => {
    await using world = await dropletStand();

    await expect(
      driver.check(dropletHost({ ...world.options, region: 'nyc,ams2' }), contextOf(world)),
    ).resolves.toBeUndefined();
  });

  it.each<[Partial<DropletOptions>, string]>([
    [
      { 'private-networking': true },
      '--digitalocean-private-networking has no effect: droplets are in a VPC (--digitalocean-vpc-uuid names one)',
    ],
    [
      { 'no-firewall': true, 'open-port': ['80'] },
      '--digitalocean-open-port has no effect with --digitalocean-no-firewall: all ports are open',
    ],
  ])('is said of options that mean nothing: %j', async (options, line) => {
    await using world = await dropletStand();
    const context = contextOf(world);

    await driver.check(dropletHost({ ...world.options, ...options }), context);

    expect((context.report as RecordingReporter).lines).toEqual([`warn: ${line}`]);
  });
});
