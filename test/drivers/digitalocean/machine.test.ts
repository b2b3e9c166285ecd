import { describe, expect, it } from '@jest/globals';
import { driver, dropletDriver } from '../../../drivers/digitalocean/driver.js';
import type { DropletMachine } from '../../../drivers/digitalocean/handle.js';
import { failureOf } from '../../helpers/failure.js';
import type { RecordingReporter } from '../../helpers/reporter.js';
import type { Droplet } from '../../standins/digitalocean/world.js';
import { contextOf } from '../contract.js';
import { dropletHost, dropletStand, type Stand } from './stand.js';

async function running(world: Stand): Promise<{ machine: DropletMachine; droplet: Droplet }> {
  const context = contextOf(world);
  const machine = await driver.create(dropletHost(world.options), context);
  await driver.target(machine, context);
  const droplet = world.standIn.world.droplets.get(machine.dropletId);
  if (!droplet) throw new Error('there is no droplet');
  return { machine, droplet };
}

function actionsOf({ standIn }: Stand): readonly unknown[] {
  return standIn.bodies('POST /droplets/:id/actions').map(({ type }) => type);
}

describe('a machine of DigitalOcean', () => {
  it.each([
    ['new', 'starting'],
    ['active', 'running'],
    ['off', 'stopped'],
    ['archive', 'stopped'],
    ['hibernating', 'unknown'],
  ])('that is called %s there is %s', async (status, state) => {
    await using world = await dropletStand();
    const { machine, droplet } = await running(world);
    Object.assign(droplet, { status });

    expect(await driver.state(machine, contextOf(world))).toBe(state);
  });

  it('is asked to shut down, and nothing more when it is off already', async () => {
    await using world = await dropletStand();
    const { machine } = await running(world);
    const context = contextOf(world);

    await driver.stop(machine, context);
    await driver.stop(machine, context);
    await driver.kill(machine, context);
    await driver.start(machine, context);
    await driver.start(machine, context);

    expect(actionsOf(world)).toEqual(['shutdown', 'power_on']);
    expect(await driver.state(machine, context)).toBe('running');
  });

  it('loses its power when it does not listen, and the user is told', async () => {
    await using world = await dropletStand();
    const { machine, droplet } = await running(world);
    world.standIn.world.isDeaf = true;
    const context = contextOf(world);

    await driver.stop(machine, context);

    expect([actionsOf(world), droplet.status]).toEqual([['shutdown', 'power_off'], 'off']);
    expect((context.report as RecordingReporter).lines).toEqual(['warn: "web-1" does not shut down: its power is cut']);
  });

  it('loses its power when its shutdown takes too long', async () => {
    await using world = await dropletStand();
    const { machine, droplet } = await running(world);
    world.standIn.world.isDeaf = true;
    world.standIn.intervene = ({ name }) =>
      name === 'GET /actions/:id' && droplet.event?.type === 'shutdown'
        ? { status: 200, body: { action: { status: 'in-progress' } } }
        : undefined;

    await dropletDriver({ shutdownMs: 30 }).stop(machine, contextOf(world));

    expect(actionsOf(world)).toEqual(['shutdown', 'power_off']);
    expect(droplet.status).toBe('off');
  });

  it('waits for its turn while another event is under way', async () => {
    await using world = await dropletStand();
    const context = contextOf(world);
    const machine = await driver.create(dropletHost(world.options), context);

    await driver.kill(machine, context);

    expect(await driver.state(machine, context)).toBe('stopped');
    expect(actionsOf(world)).toEqual(['power_off']);
  });

  it('is asked once where the answer to an action was lost', async () => {
    await using world = await dropletStand();
    const { machine } = await running(world);
    let isLost = false;
    world.standIn.intervene = ({ name }) => {
      if (name !== 'POST /droplets/:id/actions' || isLost) return undefined;
      isLost = true;
      return 'drop after';
    };

    await driver.kill(machine, contextOf(world));

    expect(await driver.state(machine, contextOf(world))).toBe('stopped');
    expect(world.standIn.world.actions.size).toBe(1);
  });

  it('that is gone says so to whoever wants something of it', async () => {
    await using world = await dropletStand();
    const { machine } = await running(world);
    await driver.remove(machine, contextOf(world));
    const context = { ...contextOf(world), now: () => new Date(Date.now() + 3_600_000) };

    const verbs = ['target', 'start', 'stop', 'kill'] as const;
    const failures = await Promise.all(verbs.map((verb) => failureOf(driver[verb](machine, context))));
    failures.push(await failureOf(async () => driver.ports?.list(machine, context)));

    expect(failures.map(({ code, message, suggestions }) => [code, message, suggestions])).toEqual(
      failures.map(() => ['DriverFailed', 'machine "web-1" is gone', ['berth rm web-1']]),
    );
  });

  it('that was never finished is not started', async () => {
    await using world = await dropletStand();
    const { machine } = await running(world);

    const failure = await failureOf(driver.start({ ...machine, dropletId: 0 }, contextOf(world)));

    expect([failure.code, failure.message]).toEqual(['MachineNotRunning', 'machine "web-1" was never finished']);
  });

  it('is asked for by the tag of all, with those of docker-machine by none, on all pages', async () => {
    await using world = await dropletStand();
    const { machine } = await running(world);
    world.standIn.world.largestPage = 1;
    const asked: string[] = [];
    world.standIn.intervene = ({ name }) => void asked.push(name);

    const states = await driver.states?.([machine, { ...machine, id: '' }], contextOf(world));

    expect(states).toEqual(['running', 'running']);
    expect(asked).toEqual(['GET /droplets', 'GET /droplets']);
  });

  it('with GPUs is looked for where those are listed', async () => {
    await using world = await dropletStand();
    const options = { ...world.options, region: 'fra1', size: 'gpu-h100x1-80gb' };
    const context = contextOf(world);
    const machine = await driver.create(dropletHost(options), context);
    await driver.target(machine, context);

    const states = await driver.states?.([machine], context);
    const owned = (await driver.owned?.(options, context)) ?? [];
    await driver.remove({ ...machine, dropletId: 0 }, context);

    expect(states).toEqual(['running']);
    expect(owned.filter(({ kind }) => kind === 'droplet').map(({ id }) => id)).toContain(String(machine.dropletId));
    expect(world.standIn.left()).toEqual([]);
  });

  it.each([
    ['once where its answer was lost and it is seen after a while', 1, 1],
    ['twice where it is not seen for too long, and removed twice', 60, 2],
  ])('is made %s', async (_how, lookups, droplets) => {
    await using world = await dropletStand();
    const context = contextOf(world);
    world.standIn.world.lookupsUntilSeen = lookups;
    let isLost = false;
    world.standIn.intervene = ({ name }) => {
      if (name !== 'POST /droplets') return undefined;
      // Only the first one is slow to be seen.
      if (isLost) world.standIn.world.lookupsUntilSeen = 0;
      return isLost ? undefined : ((isLost = true), 'drop after');
    };

    const machine = await driver.create(dropletHost(world.options), context);
    const made = world.standIn.left().filter((one) => one.startsWith('droplet'));
    for (const droplet of world.standIn.world.droplets.values()) droplet.hidden = 0;
    await driver.remove(machine, context);

    expect(made).toHaveLength(droplets);
    expect(world.standIn.left()).toEqual([]);
  });

  it('that docker-machine made is removed with its key', async () => {
    await using world = await dropletStand();
    const { machine } = await running(world);
    const former = { ...machine, id: '', store: '', firewallId: '', keyFingerprint: '', mark: '', team: '' };

    await driver.remove(former, contextOf(world));

    expect(world.standIn.left().map((one) => one.split(' ')[0])).toEqual(['firewall', 'tag']);
  });

  it('is not removed by the tag of another machine of its name', async () => {
    await using world = await dropletStand();
    const before = world.standIn.foreign();
    const { machine } = await running(world);

    await driver.remove({ ...machine, dropletId: 0, keyId: 0, firewallId: '' }, contextOf(world));

    expect([world.standIn.left(), world.standIn.foreign()]).toEqual([[], before]);
  });
});
