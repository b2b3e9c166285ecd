import { describe, expect, it } from '@jest/globals';
import { google } from '../../../drivers/google/index.js';
import type { GoogleMachine } from '../../../drivers/google/machine.js';
import { failureOf, told } from '../../helpers/failure.js';
import type { recordingReporter } from '../../helpers/reporter.js';
import { networkUrl, zoneUrl, type StoodInstance } from '../../standins/google/world.js';
import { googleStand, type Stand } from './world.js';

const EXISTING = { 'use-existing': true };

/** Somebody's own instance of the machine's name. */
function planted({ standIn }: Stand, changes: Partial<StoodInstance> = {}): StoodInstance {
  const value: StoodInstance = {
    ...{ name: 'web-1', status: 'RUNNING', zone: zoneUrl('us-central1-a'), labels: { team: 'a' } },
    tags: { fingerprint: 'AA==', items: ['http-server'] },
    metadata: {
      fingerprint: 'BB==',
      items: [
        { key: 'startup-script', value: '#!/bin/sh' },
        { key: 'ssh-keys', value: 'joe:ssh-ed25519 CCCC joe' },
      ],
    },
    networkInterfaces: [
      { network: networkUrl('custom'), networkIP: '10.1.0.9', accessConfigs: [{ natIP: '203.0.113.60' }] },
    ],
    ...changes,
  };
  standIn.world.instances.set('us-central1-a/web-1', { value, others: false, unseen: 0 });
  return value;
}

function taken({ standIn }: Stand): StoodInstance | undefined {
  return standIn.world.instances.get('us-central1-a/web-1')?.value;
}

describe('an instance that --google-use-existing takes over', () => {
  it('gets a tag, the login key and the id of the machine, and keeps what it has', async () => {
    await using world = await googleStand();
    planted(world);
    const host = world.host(EXISTING);

    await world.driver.check(host, world.context);
    const machine = await world.driver.create(host, world.context);

    const found = taken(world);
    expect(found?.tags.items).toEqual(['http-server', 'berth-web-1-01234567']);
    expect(found?.labels).toEqual({ team: 'a' });
    expect(found?.metadata.items).toEqual([
      { key: 'startup-script', value: '#!/bin/sh' },
      { key: 'enable-oslogin', value: 'FALSE' },
      { key: 'ssh-keys', value: 'joe:ssh-ed25519 CCCC joe\ndocker-user:ssh-ed25519 AAAA test' },
      { key: 'berth-machine', value: 'web-1' },
      { key: 'berth-id', value: host.id },
    ]);
    expect(await world.driver.target(machine, world.context)).toEqual({
      ...{ host: '203.0.113.60', port: 22, user: 'docker-user' },
    });
    expect(await world.driver.states?.([machine], world.context)).toEqual(['running']);
    expect(world.standIn.calls).not.toContain('Instances.Insert');
    const rule = world.standIn.bodies.find(({ name }) => name === 'Firewalls.Insert')?.body as { network?: string };
    expect(rule.network).toBe('projects/acme-1/global/networks/custom');
  });

  it('is deleted with the machine, which is said before, and is no leftover', async () => {
    await using world = await googleStand();
    planted(world);
    const machine = await world.driver.create(world.host(EXISTING), world.context);
    const owned = await world.driver.owned?.(world.host().options, world.context);

    await world.driver.remove(machine, world.context);

    const { lines } = world.context.report as ReturnType<typeof recordingReporter>;
    expect(lines).toContain('warn: web-1 is taken over: "berth rm web-1" deletes it as if berth had made it');
    expect(owned?.filter(({ kind, machineId }) => kind === 'instance' && machineId === machine.id)).toEqual([]);
    expect(world.standIn.left()).toEqual([]);
  });

  it.each([['before it had its id'], ['when another one has its name']])('stays %s', async () => {
    await using world = await googleStand();
    planted(world);
    await world.driver.create(world.host(EXISTING), world.context);
    planted(world);

    await world.driver.remove(world.context.kept[0] as GoogleMachine, world.context);

    expect(world.standIn.left()).toEqual(['instance us-central1-a/web-1']);
  });

  it('is taken over once by a create that is repeated', async () => {
    await using world = await googleStand();
    planted(world);
    await world.driver.create(world.host(EXISTING), world.context);

    const kept = world.context.kept[0] as GoogleMachine | undefined;
    const machine = await world.driver.create(world.host(EXISTING), world.context, kept);

    expect(machine.exists).toBe(true);
    expect(taken(world)?.metadata.items.filter(({ key }) => key === 'ssh-keys')).toEqual([
      { key: 'ssh-keys', value: 'joe:ssh-ed25519 CCCC joe\ndocker-user:ssh-ed25519 AAAA test' },
    ]);
    expect(world.standIn.calls.filter((name) => name === 'Instances.SetTags')).toHaveLength(1);
  });

  it('shows its key at the first login, unlike one that is made', () => {
    const given = (isTaken: boolean): boolean | undefined =>
      google.takesOver?.({ 'use-existing': isTaken } as Parameters<NonNullable<typeof google.takesOver>>[0]);

    expect([given(true), given(false)]).toEqual([true, false]);
  });

  it.each([
    ['is not there', undefined, 'there is no instance "web-1" in us-central1-a'],
    ['is stopped', { status: 'TERMINATED' }, 'the instance "web-1" is to be taken over and is TERMINATED'],
    [
      'is a machine of another record',
      { labels: { 'berth-id': 'ffffffffffffffff' } },
      'the instance "web-1" is a machine of berth already',
    ],
  ])('is refused where it %s', async (_what, changes, message) => {
    await using world = await googleStand();
    if (changes) planted(world, changes);

    const failure = await failureOf(world.driver.check(world.host(EXISTING), world.context));

    expect(told(failure)).toEqual({ code: 'CheckFailed', message, exitCode: 3 });
  });

  it('cannot get its engine at a first boot that it has had', async () => {
    await using world = await googleStand();
    planted(world);

    const host = { ...world.host(EXISTING), bootScript: '#!/bin/sh\n' };
    const failure = await failureOf(world.driver.check(host, world.context));

    expect(told(failure)).toEqual({
      code: 'BadOption',
      message: 'options --google-use-existing and --engine-install-at boot exclude each other',
      exitCode: 2,
    });
  });
});
