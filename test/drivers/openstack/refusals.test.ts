import { describe, expect, it } from '@jest/globals';
import { driver } from '../../../drivers/openstack/driver.js';
import { faultOf } from '../../../drivers/openstack/faults.js';
import type { OpenstackOptions } from '../../../drivers/openstack/options.js';
import { failureOf } from '../../helpers/failure.js';
import { recordingReporter } from '../../helpers/reporter.js';
import { fault, neutronError } from '../../standins/openstack/world.js';
import type { StandInAnswer } from '../../standins/server.js';
import { contextOf } from '../contract.js';
import { openstackHost, openstackStand } from './support.js';

describe('the check of OpenStack', () => {
  it.each<[string, Partial<OpenstackOptions>, string, string]>([
    ['a flavor', { 'flavor-name': 'nope' }, 'CheckFailed', 'the cloud has no flavor "nope"'],
    ['an image', { 'image-name': 'nope' }, 'CheckFailed', 'the cloud has no image "nope"'],
    ['an image by id', { 'image-id': 'nope' }, 'CheckFailed', 'the cloud has no image "nope"'],
    ['a network', { 'net-name': 'nope' }, 'CheckFailed', 'the cloud has no network "nope"'],
    ['a network by id', { 'net-id': 'nope' }, 'CheckFailed', 'the cloud has no network "nope"'],
    ['a pool', { 'floatingip-pool': 'nope' }, 'CheckFailed', 'the cloud has no external network "nope"'],
    ['a zone', { 'availability-zone': 'nope' }, 'CheckFailed', 'the cloud has no availability zone "nope"'],
    ['a group', { 'sec-groups': 'nope' }, 'CheckFailed', 'the project has no security group "nope"'],
    ['a server group', { 'server-group-name': 'nope' }, 'CheckFailed', 'the project has no server group "nope"'],
    ['a key pair', { 'keypair-name': 'nope' }, 'CheckFailed', 'the user has no key pair "nope"'],
    ['a volume', { 'volume-id': 'nope' }, 'CheckFailed', 'the project has no volume "nope"'],
    ['a region', { region: 'nope' }, 'CheckFailed', 'the cloud has no region "nope"'],
    [
      'an endpoint type',
      { 'endpoint-type': 'nope' },
      'BadOption',
      'option --openstack-endpoint-type wants public, internal or admin, got "nope"',
    ],
    ['metadata', { metadata: 'a,b,c' }, 'BadOption', 'option --openstack-metadata wants key,value pairs, got "a,b,c"'],
    [
      'both of a pair',
      { 'flavor-name': 'a', 'flavor-id': 'b' },
      'BadOption',
      '--openstack-flavor-name and --openstack-flavor-id exclude each other',
    ],
    [
      'a flavor without a disk',
      { 'flavor-name': 'v1.diskless' },
      'CheckFailed',
      'flavor "v1.diskless" has no disk: it boots from a volume',
    ],
    [
      'too small a flavor',
      { 'flavor-name': 'm1.tiny' },
      'CheckFailed',
      'flavor "m1.tiny" has 1 GiB of disk, the image wants 10',
    ],
  ])('refuses %s that is wrong', async (_what, of, code, message) => {
    await using stand = await openstackStand(of);

    const failure = await failureOf(driver.check(openstackHost(stand.options), contextOf(stand)));

    expect([failure.code, failure.message]).toEqual([code, message]);
    expect(stand.standIn.left()).toEqual([]);
  });

  it('names candidates when there is no Ubuntu 24.04', async () => {
    await using stand = await openstackStand();
    const { world } = stand.standIn;
    world.images = world.images.filter(({ name }) => !name.startsWith('Ubuntu'));

    const failure = await failureOf(driver.check(openstackHost(stand.options), contextOf(stand)));

    expect(failure.message).toBe('the cloud has no image of Ubuntu 24.04 for x86_64, and none is named');
    expect(failure.suggestions).toEqual(['--openstack-image-name "Debian 13"', '--openstack-image-name "my-snapshot"']);
  });

  it('says how to choose among several regions and networks', async () => {
    await using stand = await openstackStand();
    const { world } = stand.standIn;
    world.regions = ['one', 'two'];
    const regions = await failureOf(driver.check(openstackHost(stand.options), contextOf(stand)));
    world.networks = world.networks.flatMap((one) => [one, { ...one, id: `${one.id}2`, name: `${one.name}-2` }]);

    const context = contextOf(stand);
    const networks = await failureOf(driver.check(openstackHost({ ...stand.options, region: 'two' }), context));

    expect([regions.message, regions.suggestions]).toEqual([
      'the cloud has several regions, and none is named',
      ['--openstack-region one', '--openstack-region two'],
    ]);
    expect([networks.message, networks.suggestions]).toEqual([
      'the project has several networks, and none is named',
      ['--openstack-net-name private', '--openstack-net-name private-2'],
    ]);
  });

  it('sees a quota that is used up before anything is made', async () => {
    await using stand = await openstackStand();
    stand.standIn.world.limits = { maxTotalInstances: 5, totalInstancesUsed: 5 };

    const failure = await failureOf(driver.check(openstackHost(stand.options), contextOf(stand)));

    expect([failure.code, failure.message]).toEqual([
      'QuotaReached',
      'the project has 5 of 5 instances in use, 1 more are wanted',
    ]);
  });

  it('tells what has no effect, and what it has chosen', async () => {
    await using stand = await openstackStand({ 'nova-network': true, 'private-key-file': '/key' });
    const report = recordingReporter();

    await driver.check(openstackHost(stand.options), { ...contextOf(stand), report });

    expect(report.lines).toEqual([
      "warn: --openstack-nova-network has no effect: OpenStack has had no networks but Neutron's since 2016",
      'warn: --openstack-private-key-file has no effect: berth makes a login key of its own',
      'info: flavor "m1.small", image "Ubuntu 24.04 LTS"',
    ]);
  });
});

describe('a refusal of OpenStack', () => {
  const read = ({ status, headers, body }: StandInAnswer): readonly unknown[] => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const parsed = typeof body === 'string' ? undefined : body;
    const { kind, code, message, retryAfterMs } = faultOf({
      status,
      headers: new Headers(headers),
      body: parsed,
      text,
    });
    return [kind, code, message, retryAfterMs];
  };

  it.each<[StandInAnswer, readonly unknown[]]>([
    [fault(403, 'forbidden', 'Quota exceeded for cores').answer, ['quota', 'forbidden', 'Quota exceeded for cores']],
    [
      fault(403, 'forbidden', "Policy doesn't allow it").answer,
      ['credentials', 'forbidden', "Policy doesn't allow it"],
    ],
    [
      fault(413, 'overLimit', 'VolumeLimitExceeded: Maximum number of volumes allowed (10) exceeded for quota').answer,
      ['quota', 'overLimit', 'VolumeLimitExceeded: Maximum number of volumes allowed (10) exceeded for quota'],
    ],
    [
      { status: 413, body: { overLimit: { code: 413, message: 'Rate limited', retryAfter: '3' } } },
      ['throttled', 'overLimit', 'Rate limited', 3_000],
    ],
    [{ status: 429, headers: { 'retry-after': '2' }, body: '' }, ['throttled', 'HTTP 429', 'HTTP 429', 2_000]],
    [
      neutronError(409, 'OverQuota', 'Quota exceeded for resources').answer,
      ['quota', 'OverQuota', 'Quota exceeded for resources'],
    ],
    [neutronError(409, 'SecurityGroupInUse', 'in use').answer, ['conflict', 'SecurityGroupInUse', 'in use']],
    [
      { status: 404, body: '<html><head><title>404</title></head><body>No image <b>here</b></body></html>' },
      ['notFound', 'HTTP 404', 'No image here'],
    ],
    [
      fault(400, 'badRequest', 'Invalid flavorRef provided.').answer,
      ['input', 'badRequest', 'Invalid flavorRef provided.'],
    ],
    [{ status: 503, body: 'down' }, ['unavailable', 'HTTP 503', 'down']],
  ])('is read: %j', (answer, [kind, code, message, retryAfterMs]) => {
    expect(read(answer)).toEqual([kind, code, message, retryAfterMs]);
  });
});
