import { describe, expect, it } from '@jest/globals';
import type { AnyDriverSpec } from '../../src/driver.js';
import type { MachineError } from '../../src/errors.js';
import type { Json } from '../../src/record.js';
import type { CloudStandIn, StandInAnswer } from '../standins/server.js';
import { failureOf } from '../helpers/failure.js';
import { contextOf, driverContract, newHost, type DriverStand, type TestContext } from './contract.js';
import { crashes, kindsOf, losses, type Loss } from './crash-campaign.js';

/*
 * How a cloud's driver uses it, in test/drivers/<driver>/contract.test.ts:
 *
 *   cloudContract(hetzner, async () => {
 *     const standIn = await hetznerStandIn();              // with somebody else's things in it, see `foreign`
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
export interface CloudStand extends DriverStand, AsyncDisposable {
  readonly standIn: CloudStandIn;
  /**
   * What was there before and is somebody else's, as texts that change with it; at least a machine of the same name of
   * another store (tagged so), and a key and a network or group as `create` makes them without berth's tags.
   */
  foreign(): readonly string[];
  /** From now on what was just made is not found by the first so many lookups. */
  eventually?(lookups: number): void;
  readonly refusals: Refusals;
}
export interface Refusals {
  /** To any call. */
  readonly credentials: StandInAnswer;
  readonly throttled: StandInAnswer;
  /** To the call, by the stand-in's name for it, that makes the machine. */
  readonly quota?: { readonly call: string; readonly answer: StandInAnswer };
  readonly stock?: { readonly call: string; readonly answer: StandInAnswer };
}

export function cloudContract(spec: AnyDriverSpec, stand: () => Promise<CloudStand>): void {
  driverContract(spec, stand);
  describe(`the driver ${spec.name} of a cloud`, () => {
    ownership(spec, stand);
    campaign(spec, stand);
    refusals(spec, stand);
    manyMachines(spec, stand);
  });
}

/** Each run is a create or a removal; stand-ins answer within milliseconds. */
const CAMPAIGN_MS = 120_000;

function ownership(spec: AnyDriverSpec, stand: () => Promise<CloudStand>): void {
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
    expect(await driver.state(resource, context)).toBe('gone');
  });

  it('waits for what is not to be seen yet', async () => {
    await using world = await stand();
    if (!world.eventually) return;
    world.eventually(2);

    const { driver, context, resource } = await made(spec, world);

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

function campaign(spec: AnyDriverSpec, stand: () => Promise<CloudStand>): void {
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

function refusals(spec: AnyDriverSpec, stand: () => Promise<CloudStand>): void {
  it('survives being told at every second call that it asks too fast', async () => {
    await using world = await stand();
    world.standIn.intervene = ({ index }) => (index % 2 === 0 ? world.refusals.throttled : undefined);

    const { driver, context, resource } = await made(spec, world);
    await driver.remove(resource, context);

    expect(world.standIn.left()).toEqual([]);
  });

  it('says that credentials are refused, and does not say them', async () => {
    await using world = await stand();
    world.standIn.intervene = () => world.refusals.credentials;
    const driver = await spec.load();

    const failure = await failureOf(driver.check(newHost(world.options), contextOf(world)));

    wellSaid(failure, 'CredentialsRefused', world);
  });

  it.each([
    ['quota', 'QuotaReached'],
    ['stock', 'OutOfStock'],
  ] as const)('leaves nothing behind when the machine is refused for %s', async (kind, code) => {
    await using world = await stand();
    const refusal = world.refusals[kind];
    if (!refusal) return;
    world.standIn.intervene = ({ name }) => (name === refusal.call ? refusal.answer : undefined);
    const driver = await spec.load();
    const context = contextOf(world);

    const failure = await failureOf(driver.create(newHost(world.options), context));
    world.standIn.intervene = () => undefined;
    const resource = context.kept.at(-1);
    if (resource !== undefined) await driver.remove(resource, context);

    wellSaid(failure, code, world);
    expect(world.standIn.left()).toEqual([]);
  });
}

function wellSaid(failure: MachineError, code: string, { secrets = {}, environment = {} }: CloudStand): void {
  const words = [failure.message, ...failure.suggestions, String(failure.cause), failure.stack ?? ''].join('\n');
  const secret = [...Object.values(secrets), ...Object.values(environment)].filter(
    (value) => value !== undefined && /[A-Za-z0-9]{16}/.test(value) && !value.startsWith('/'),
  );

  expect(failure.code).toBe(code);
  expect(failure.message).toMatch(/^[^\n]{1,100}$/);
  expect(failure.suggestions.length).toBeLessThanOrEqual(3);
  expect(secret.filter((value) => value !== undefined && words.includes(value))).toEqual([]);
}

function manyMachines(spec: AnyDriverSpec, stand: () => Promise<CloudStand>): void {
  it('tells the states of many machines in their order, by as few questions as that of one', async () => {
    await using world = await stand();
    const context = contextOf(world);
    const driver = await spec.load();
    const resources = await Promise.all([1, 2, 3].map((n) => driver.create(nth(n, world), context)));
    for (const resource of resources) await stateIs('running', () => driver.state(resource, context));
    await driver.remove(resources[1] ?? null, context);
    if (!driver.states) return;

    const before = world.standIn.calls.length;
    const one = await driver.states(resources.slice(0, 1), context);
    const callsOfOne = world.standIn.calls.length - before;
    const all = await driver.states(resources, context);

    expect([one, all]).toEqual([['running'], ['running', 'gone', 'running']]);
    expect(world.standIn.calls.length - before - callsOfOne).toBe(callsOfOne);
    expect(await driver.states([], context)).toEqual([]);
  });

  it(
    'makes twenty machines at once at one pace, though half the calls are refused as too fast',
    async () => {
      await using single = await stand();
      await made(spec, single);
      await using world = await stand();
      world.standIn.intervene = ({ index }) => (index % 2 === 0 ? world.refusals.throttled : undefined);
      const shared = contextOf(world);
      const accounts = new Set<string>();
      const context = { ...shared, pace: (account: string) => (accounts.add(account), shared.pace(account)) };
      const driver = await spec.load();
      const numbers = Array.from({ length: 20 }, (_one, index) => index + 1);

      const resources = await Promise.all(numbers.map((n) => driver.create(nth(n, world), context)));

      expect(new Set(resources.map((resource) => JSON.stringify(resource))).size).toBe(20);
      expect(accounts.size).toBe(1);
      expect(kindsOf(world.standIn)).toEqual(
        kindsOf(single.standIn)
          .flatMap((kind) => numbers.map(() => kind))
          .sort(),
      );
    },
    CAMPAIGN_MS,
  );
}

function nth(n: number, { options }: CloudStand): ReturnType<typeof newHost> {
  return { ...newHost(options), name: `web-${n}`, id: n.toString(16).padStart(16, 'a') };
}

async function made(
  spec: AnyDriverSpec,
  world: CloudStand,
): Promise<{ driver: Awaited<ReturnType<AnyDriverSpec['load']>>; context: TestContext; resource: Json }> {
  const driver = await spec.load();
  const context = contextOf(world);
  const resource = await driver.create(newHost(world.options), context);
  return { driver, context, resource };
}

/** Stand-ins move from state to state as providers do. */
async function stateIs(wanted: string, ask: () => Promise<string>): Promise<void> {
  let state = '';
  const asking = async (): Promise<void> => void (state = await ask());
  for (let tries = 0; state !== wanted && tries < 100; tries += 1) {
    await asking();
    if (state !== wanted) await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect(state).toBe(wanted);
}
