import { describe, expect, it } from '@jest/globals';
import { google } from '../../../drivers/google/index.js';
import type { GoogleMachine } from '../../../drivers/google/machine.js';
import { failureOf, told } from '../../helpers/failure.js';
import { PROJECT, REFUSALS } from '../../standins/google/index.js';
import { refusal } from '../../standins/google/answers.js';
import { googleStand } from './world.js';

describe('the driver google', () => {
  it.each([
    [REFUSALS.quota, 'QuotaReached', 'a limit of the account is reached', "quotaExceeded: Quota 'CPUS' exceeded."],
    [REFUSALS.stock, 'OutOfStock', 'none of this size is available here now', 'ZONE_RESOURCE_POOL_EXHAUSTED: The zone'],
    [REFUSALS.forbidden, 'CredentialsRefused', 'does not accept the credentials', "forbidden: Required 'compute."],
    [refusal(400, 'invalid', 'No.'), 'BadOption', 'does not accept an option', 'invalid: No.'],
    [
      refusal(412, 'conditionNotMet', 'Constraint constraints/compute.vmExternalIpAccess violated.'),
      ...(['BadOption', 'does not accept an option', 'conditionNotMet: Constraint'] as const),
    ],
    [refusal(404, 'notFound', 'No.'), 'DriverFailed', 'what was asked for does not exist', 'notFound: No.'],
    [refusal(418, 'teapot', 'No.'), 'DriverFailed', 'the provider refuses', 'HTTP 418: No.'],
  ])('says what a refusal means, with the words of Google (%#)', async (answer, code, says, words) => {
    await using world = await googleStand();
    world.standIn.intervene = ({ name }) => (name === 'Instances.Insert' ? answer : undefined);

    const failure = await failureOf(world.driver.create(world.host(), world.context));

    expect([failure.code, failure.message]).toEqual([code, `Google: ${says} (create the instance)`]);
    expect((failure.cause as Error).message.startsWith(words)).toBe(true);
  });

  it('shows the end of the console, and nothing where there is no instance', async () => {
    await using world = await googleStand();
    const machine = await world.driver.create(world.host(), world.context);
    const one = world.standIn.world.instances.get('us-central1-a/web-1');
    if (one) one.value.console = `${'x'.repeat(5_000)}\ncloud-init: failed`;

    const tail = await world.driver.consoleTail?.(machine, world.context);
    await world.driver.remove(machine, world.context);

    expect(tail).toMatch(/^x+\ncloud-init: failed$/);
    expect(tail).toHaveLength(2_048);
    expect(await world.driver.consoleTail?.(machine, world.context)).toBe('');
  });

  it('follows an address that has changed while the machine was stopped, or takes the internal one', async () => {
    await using world = await googleStand();
    const { driver, context } = world;
    const machine = await driver.create(world.host(), context);
    const before = await driver.target(machine, context);

    await driver.stop(machine, context);
    await driver.start(machine, context);

    expect((await driver.target(machine, context)).host).not.toBe(before.host);
    expect(await driver.target({ ...machine, internal: true }, context)).toEqual({
      host: '10.128.0.2',
      port: 22,
      user: 'docker-user',
    });
  });

  it('says that an instance is gone that was deleted elsewhere', async () => {
    await using world = await googleStand();
    const machine = await world.driver.create(world.host(), world.context);
    world.standIn.world.instances.delete('us-central1-a/web-1');
    const later = { ...world.context, now: () => new Date(Date.now() + 3_600_000) };

    const failure = await failureOf(world.driver.start(machine, later));

    expect(told(failure)).toEqual({
      code: 'DriverFailed',
      message: 'there is no instance "web-1" in us-central1-a',
      exitCode: 3,
    });
    expect(await world.driver.state(machine, later)).toBe('gone');
  });

  it('removes what docker-machine made by its names, and what is somebody else’s never', async () => {
    await using world = await googleStand();
    await world.driver.create(world.host({ 'skip-firewall-create': true }), world.context);
    const record = { Project: PROJECT, Zone: 'us-central1-a', MachineName: 'web-1' };
    const machine = { ...(google.fromStored(record).resource as GoogleMachine), endpoint: world.standIn.url };
    const foreign = { ...machine, zone: 'us-central1-b', id: '0123456789abcdef', exists: true };

    await world.driver.remove(machine, world.context);
    await world.driver.remove(foreign, world.context);

    expect(world.standIn.left()).toEqual([]);
    expect(world.standIn.world.instances.has('us-central1-b/web-1')).toBe(true);
  });

  it.each([
    ['us-central1-b', 'an instance called "web-1" exists in us-central1-b already'],
    ['us-central1-f', 'a disk called "web-1-disk" exists in us-central1-f already'],
  ])('takes nothing of somebody else’s that was made in %s since the check', async (zone, message) => {
    await using world = await googleStand();
    const disk = world.standIn.world.disks.get('us-central1-b/web-1-disk');
    if (disk) world.standIn.world.disks.set('us-central1-f/web-1-disk', disk);
    const before = world.standIn.foreign();

    const failure = await failureOf(world.driver.create(world.host({ zone }), world.context));
    await world.driver.remove(world.context.kept.at(-1) as GoogleMachine, world.context);

    expect(told(failure)).toEqual({ code: 'CheckFailed', message, exitCode: 3 });
    expect([world.standIn.left(), world.standIn.foreign()]).toEqual([[], before]);
  });

  it('reads lists to their last page', async () => {
    await using world = await googleStand();
    await world.driver.create(world.host(), world.context);
    world.standIn.world.pageSize = 1;

    const owned = await world.driver.owned?.(world.host().options, world.context);

    expect(owned?.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      'instance web-1',
      'instance web-1',
      'disk web-1-disk',
      'disk web-1-disk',
      'firewall rule berth-web-1-ffffffff-0123456',
      expect.stringMatching(/^firewall rule berth-web-1-01234567-/),
    ]);
  });

  it('asks again when another operation is under way', async () => {
    await using world = await googleStand();
    const machine = await world.driver.create(world.host(), world.context);
    let refusals = 0;
    world.standIn.intervene = ({ name }) =>
      name === 'Instances.Delete' && (refusals += 1) < 3 ? refusal(400, 'resourceNotReady', 'Not ready.') : undefined;

    await world.driver.remove(machine, world.context);

    expect(world.standIn.left()).toEqual([]);
  });
});
