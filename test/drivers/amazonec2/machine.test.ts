import { describe, expect, it } from '@jest/globals';
import { driver } from '../../../drivers/amazonec2/driver.js';
import type { Ec2Machine } from '../../../drivers/amazonec2/handle.js';
import { failureOf, told } from '../../helpers/failure.js';
import { recordingReporter } from '../../helpers/reporter.js';
import { crashes, losses } from '../crash-campaign.js';
import { amazonec2 } from '../../../drivers/amazonec2/index.js';
import { CAMPAIGN_MS, stateIs } from '../cloud-stand.js';
import { contextFor, hostFor, instanceIn, running } from './machine.js';
import { stand } from './stand.js';

describe('an EC2 machine', () => {
  it('has another address after it was stopped', async () => {
    await using world = await stand();
    const machine = await running(world);
    const context = contextFor(world);
    const before = await driver.target(machine, context);

    await driver.stop(machine, context);
    await driver.start(machine, context);
    await stateIs('running', () => driver.state(machine, context));

    expect(before).toEqual({ host: '203.0.113.1', port: 22, user: 'ubuntu' });
    expect(await driver.target(machine, context)).toEqual({ host: '203.0.113.2', port: 22, user: 'ubuntu' });
  });

  it.each([
    ['its private address when told so', { 'use-private-address': true }, /^172\.31\./],
    ['its private address when it has no other', { 'private-address-only': true }, /^172\.31\./],
    [
      'its IPv6 address when told so',
      { 'ipv6-address-only': true, 'ipv6-address-count': 1, zone: 'b' },
      /^2001:db8:1::/,
    ],
  ])('is reached by %s', async (_what, options, pattern) => {
    await using world = await stand();
    const machine = await running(world, options);

    expect((await driver.target(machine, contextFor(world))).host).toMatch(pattern);
  });

  it('starts once it has stopped, when it is told to while it stops', async () => {
    await using world = await stand();
    const machine = await running(world);
    instanceIn(world, machine).state = 'stopping';
    setTimeout(() => (instanceIn(world, machine).state = 'stopped'), 20);

    await driver.start(machine, contextFor(world));

    await stateIs('running', () => driver.state(machine, contextFor(world)));
  });

  it('stops once it has started, when it is told to while it starts', async () => {
    await using world = await stand();
    const machine = await running(world);
    instanceIn(world, machine).state = 'pending';
    setTimeout(() => (instanceIn(world, machine).state = 'running'), 20);

    await driver.stop(machine, contextFor(world));

    await stateIs('stopped', () => driver.state(machine, contextFor(world)));
  });

  it.each(['start', 'stop'] as const)('says at once that it cannot %s what has ended', async (verb) => {
    await using world = await stand();
    const machine = await running(world);
    instanceIn(world, machine).state = 'terminated';

    const failure = await failureOf(async () => driver[verb](machine, contextFor(world)));

    expect(failure.message).toBe(`Amazon EC2: something else is in the way (${verb} the instance)`);
    expect(String(failure.cause)).toContain('IncorrectInstanceState: The instance');
  });

  it('is not hidden by a region that does not answer', async () => {
    await using world = await stand();
    const machine = await running(world);
    const lost = { ...machine, endpoint: 'http://127.0.0.1:9', retries: 0 };

    expect(await driver.states?.([lost, machine], contextFor(world))).toEqual(['unknown', 'running']);
    expect((await failureOf(async () => driver.states?.([lost], contextFor(world)))).code).toBe('DriverFailed');
  });

  it('is stopped by force when it is killed', async () => {
    await using world = await stand();
    const machine = await running(world);

    await driver.kill(machine, contextFor(world));

    const stops = world.standIn.requests.filter(({ action }) => action === 'StopInstances').map(({ input }) => input);
    expect(stops).toEqual([{ InstanceIds: [machine.instanceId], Force: true }]);
  });

  it('can only be removed when it is a spot instance', async () => {
    await using world = await stand();
    const machine = await running(world, { 'request-spot-instance': true });

    const failure = await failureOf(driver.stop(machine, contextFor(world)));
    await driver.remove(machine, contextFor(world));

    expect(told(failure)).toEqual({
      code: 'NotSupported',
      message: '"web-1" is a spot instance, which can only be removed',
      exitCode: 2,
    });
    expect(world.standIn.left()).toEqual([]);
    expect([...world.standIn.world('us-east-1').requests.values()].map(({ state }) => state)).toEqual(['cancelled']);
  });

  it('tells the end of its console, of older types that of the last boot', async () => {
    await using world = await stand();
    const [nitro, older] = [await running(world), await running(world, { 'instance-type': 't2.micro' })];
    for (const machine of [nitro, older]) instanceIn(world, machine).console = `${'.'.repeat(3000)}login:`;

    const tail = async (machine: Ec2Machine): Promise<string> =>
      (await driver.consoleTail?.(machine, contextFor(world))) ?? '';

    expect([await tail(nitro), await tail(older)]).toEqual([`${'.'.repeat(1994)}login:`, `${'.'.repeat(1994)}login:`]);
  });

  it.each([
    ['Client.VolumeLimitExceeded', 'QuotaReached', 'Amazon EC2: a limit of the account is reached (ask for the state)'],
    [
      'Server.InsufficientInstanceCapacity',
      'OutOfStock',
      'Amazon EC2: none of this size is available here now (ask for the state)',
    ],
    ['Client.InvalidKMSKey.InvalidState', 'BadOption', 'Amazon EC2: does not accept an option (ask for the state)'],
  ])('says why EC2 has ended it at once: %s', async (Code, code, message) => {
    await using world = await stand({ endsWith: { Code, Message: `${Code}: in its words` } });
    const machine = await driver.create(hostFor(world), contextFor(world));

    const failure = await failureOf(driver.state(machine, contextFor(world)));

    expect([failure.code, failure.message, String(failure.cause)]).toEqual([
      code,
      message,
      `Error: ${Code}: in its words`,
    ]);
  });

  it('was never made when there is no instance', async () => {
    await using world = await stand();
    const machine = { ...(await running(world)), instanceId: '' };

    expect(told(await failureOf(async () => driver.start(machine, contextFor(world))))).toEqual({
      code: 'MachineNotRunning',
      message: 'machine "web-1" was never finished',
      exitCode: 2,
    });
  });
});

describe('the removal of an EC2 machine', () => {
  it('waits for an instance that is not to be seen yet', async () => {
    await using world = await stand();
    const machine = await driver.create(hostFor(world), contextFor(world));
    instanceIn(world, machine).hidden = 3;

    await driver.remove(machine, contextFor(world));

    expect(world.standIn.left()).toEqual([]);
  });

  it('finds by its tag, and not at the first look, the instance that a lost answer has made', async () => {
    await using world = await stand({ hiddenLookups: 4 }, { retries: 0 });
    const context = { ...contextFor(world), report: recordingReporter() };
    world.standIn.intervene = ({ name }) => (name === 'RunInstances' ? 'drop after' : undefined);
    await failureOf(driver.create(hostFor(world), context));
    world.standIn.intervene = () => undefined;

    const last = context.kept.at(-1);
    if (last) await driver.remove(last, context);

    expect(last).toMatchObject({ instanceId: '', pending: 'instance' });
    expect(world.standIn.left()).toEqual([]);
    expect(context.report.lines).toEqual(['info: waiting for what EC2 may have made for web-1 a moment ago']);
  });

  it('looks only once when EC2 has said that it makes none', async () => {
    await using world = await stand({ quota: 0 });
    const context = contextFor(world);
    await failureOf(driver.create(hostFor(world), context));
    const before = world.standIn.calls.length;

    const last = context.kept.at(-1);
    if (last) await driver.remove(last, context);

    expect(world.standIn.calls.slice(before)).toEqual(['DescribeInstances', 'DeleteKeyPair', 'DescribeSecurityGroups']);
    expect(world.standIn.left()).toEqual([]);
  });

  it('takes nothing for gone with the credentials of another account', async () => {
    await using world = await stand();
    const machine = await running(world);
    const later = { ...contextFor(world), now: () => new Date(Date.now() + 3_600_000) };
    const { instances } = world.standIn.world('us-east-1');
    const instance = instanceIn(world, machine);
    instances.delete(machine.instanceId);
    world.standIn.settings.account = '999999999999';

    const failure = await failureOf(driver.remove(machine, later));
    instances.set(machine.instanceId, instance);
    world.standIn.settings.account = '123456789012';
    await driver.remove(machine, later);

    expect(world.standIn.left()).toEqual([]);
    expect([failure.code, failure.message, failure.suggestions]).toEqual([
      'CredentialsRefused',
      '"web-1" is of the AWS account 123456789012, and the credentials are of another',
      ['export AWS_PROFILE=…', 'aws sts get-caller-identity', 'berth rm -f web-1'],
    ]);
  });

  it("removes docker-machine's machine and its key pair by their names on record", async () => {
    await using world = await stand();
    const made = await running(world);
    const theirs = { ...made, id: '', store: '', keyId: '', askedAt: '' };

    await driver.remove(theirs, contextFor(world));

    expect(world.standIn.left()).toEqual([]);
  });

  it('keeps a key pair of the same name that is not its own', async () => {
    await using world = await stand();
    const keys = world.standIn.world('us-east-1').keys;
    const theirs = { id: 'key-1', type: 'key-pair', name: 'berth-web-1-01234567', tags: {}, hidden: 0 } as const;
    keys.set(theirs.name, { ...theirs, publicKey: 'ssh-ed25519 CCCC' });
    const context = contextFor(world);

    const failure = await failureOf(driver.create(hostFor(world), context));
    const last = context.kept.at(-1);
    if (last) await driver.remove(last, context);

    expect(failure.message).toBe('Amazon EC2: something else is in the way (create the instance)');
    expect(keys.get(theirs.name)?.id).toBe('key-1');
  });
});

describe('a spot instance with ports of its own', () => {
  const world = (): ReturnType<typeof stand> => stand({}, { 'request-spot-instance': true, 'open-port': ['80'] });

  it.each(['remove', 'resume'] as const)(
    'leaves nothing behind wherever create dies (%s)',
    async (afterwards) => {
      const all = await crashes(amazonec2, world, afterwards);

      expect(all.filter(({ orphans }) => orphans.length > 0)).toEqual([]);
      expect(all.length).toBeGreaterThan(20);
    },
    CAMPAIGN_MS,
  );

  it.each(['create', 'remove'] as const)(
    'leaves nothing behind whichever answer of %s is lost',
    async (verb) => {
      expect((await losses(amazonec2, world, verb)).filter(({ orphans }) => orphans.length > 0)).toEqual([]);
    },
    CAMPAIGN_MS,
  );
});
