import { describe, expect, it } from '@jest/globals';
import type { AnyDriverSpec } from '../../src/driver.js';
import { CAMPAIGN_MS, later, made, stateIs, type StandOf } from './cloud-stand.js';
import { manyMachines, refusals } from './cloud-refusals.js';
import { driverContract, newHost } from './contract.js';
import { firstBoot } from './first-boot.js';
import { words } from './cloud-words.js';
import { crashes, losses, type Loss } from './crash-campaign.js';

export type { CloudStand, Refusals } from './cloud-stand.js';

/*
 * How a cloud's driver uses it, in test/drivers/<driver>/contract.test.ts:
 *
 *   cloudContract(hetzner, async (machinery) => {
 *     const standIn = await hetznerStandIn({ machinery });            // with somebody else's things in it, see `foreign`
 *     return {
 *       standIn,
 *       options: { ...defaults, endpoint: standIn.url },  // all options of the table, without secrets
 *       secrets: { 'api-token': TOKEN },                  // or environment: { HOME, … }
 *       foreign: () => standIn.foreign(),
 *       eventually: (lookups) => void (standIn.lookupsUntilSeen = lookups),
 *       refusals: { credentials: …, throttled: …, quota: { call: 'POST /servers', answer: … }, stock: … },
 *       [Symbol.asyncDispose]: () => standIn[Symbol.asyncDispose](),
 *     };
 *   });
 *
 * `stand` is called once for each run, some hundred times: it has to be quick. Drivers begin their repetitions with
 * `context.pace(account).firstMs` (2 ms here), so that nothing in it sleeps. What a driver has of its own (request bodies,
 * messages whole, credentials' chains) is tested beside it, not here.
 */
export function cloudContract(spec: AnyDriverSpec, stand: StandOf): void {
  driverContract(spec, stand);
  describe(`the driver ${spec.name} of a cloud`, () => {
    ownership(spec, stand);
    firstBoot(spec, stand);
    campaign(spec, stand);
    refusals(spec, stand);
    words(spec, stand);
    manyMachines(spec, stand);
  });
}

function ownership(spec: AnyDriverSpec, stand: StandOf): void {
  it('leaves nothing behind, and what is not its own as it was', async () => {
    await using world = await stand();
    const before = world.foreign();
    const { driver, context, resource } = await made(spec, world);

    await driver.remove(resource, context);

    expect(world.standIn.left()).toEqual([]);
    expect(world.foreign()).toEqual(before);
    expect(before).not.toEqual([]);
  });

  it('is running, has an address, and is gone after its removal', async () => {
    await using world = await stand();
    const { driver, context, resource } = await made(spec, world);

    const { host, port } = await driver.target(resource, context);
    await stateIs('running', () => driver.state(resource, context));
    await driver.remove(resource, context);

    expect([host, port]).toEqual([expect.stringMatching(/^[0-9a-f.:]+$/), 22]);
    expect(await driver.state(resource, later(context))).toBe('gone');
  });

  it('never takes what is not to be seen yet for gone', async () => {
    await using world = await stand();
    if (!world.eventually) return;
    world.eventually(2);

    const { driver, context, resource } = await made(spec, world);
    const state = await driver.state(resource, context);

    expect(state).not.toBe('gone');
    await expect(driver.target(resource, context)).resolves.toMatchObject({ port: 22 });
    await stateIs('running', () => driver.state(resource, context));
  });

  it('names what it owns by machine and store, and discards it, and nothing of another store', async () => {
    await using world = await stand();
    const before = world.foreign();
    const { driver, context } = await made(spec, world);

    const owned = (await driver.owned?.(world.options, context)) ?? [];
    const { id, store, name } = newHost(world.options);
    const mine = owned.filter(({ machineId }) => machineId === id);
    await driver.discard?.(mine, world.options, context);
    await driver.discard?.(mine, world.options, context);

    expect([...new Set(mine.map((one) => `${one.machine} ${one.store}`))]).toEqual([`${name} ${store}`]);
    expect(world.standIn.left()).toEqual([]);
    expect(world.foreign()).toEqual(before);
  });

  it('stops, starts and dies by a power cut', async () => {
    await using world = await stand();
    const { driver, context, resource } = await made(spec, world);
    await stateIs('running', () => driver.state(resource, context));

    await driver.stop(resource, context);
    await stateIs('stopped', () => driver.state(resource, context));
    const started = (await driver.start(resource, context)) ?? resource;
    await stateIs('running', () => driver.state(started, context));
    await expect(driver.start(started, context)).resolves.not.toThrow();
    await driver.kill(started, context);
    await stateIs('stopped', () => driver.state(started, context));

    await driver.remove(started, context);
    expect(world.standIn.left()).toEqual([]);
  });
}

function campaign(spec: AnyDriverSpec, stand: StandOf): void {
  const wrong = (losses: readonly Loss[]): readonly Loss[] => losses.filter(({ orphans }) => orphans.length > 0);

  it(
    'makes one machine, and removes all of it, whichever single answer of create is lost',
    async () => {
      expect(wrong(await losses(spec, stand, 'create'))).toEqual([]);
    },
    CAMPAIGN_MS,
  );

  it(
    'removes all of it in a second removal, whichever answers of the first are lost',
    async () => {
      expect(wrong(await losses(spec, stand, 'remove'))).toEqual([]);
    },
    CAMPAIGN_MS,
  );

  it(
    'is removed whole wherever create dies',
    async () => {
      expect(wrong(await crashes(spec, stand, 'remove'))).toEqual([]);
    },
    CAMPAIGN_MS,
  );

  it(
    'is finished wherever create dies, with nothing made twice',
    async () => {
      expect(wrong(await crashes(spec, stand, 'resume'))).toEqual([]);
    },
    CAMPAIGN_MS,
  );
}
