import { expect, it } from '@jest/globals';
import type { AnyDriverSpec } from '../../src/driver.js';
import type { MachineError } from '../../src/errors.js';
import { failureOf } from '../helpers/failure.js';
import { CAMPAIGN_MS, later, made, nth, stateIs, type CloudStand } from './cloud-stand.js';
import { contextOf, newHost } from './contract.js';
import { kindsOf } from './crash-campaign.js';

/** What a provider refuses, and how users hear of it. */
export function refusals(spec: AnyDriverSpec, stand: () => Promise<CloudStand>): void {
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

  it('says so whatever it is asked for, so that those of today can be tried', async () => {
    await using world = await stand();
    const { driver, context, resource } = await made(spec, world);
    world.standIn.intervene = () => world.refusals.credentials;
    const fresh = contextOf(world);

    const verbs = ['state', 'target', 'start', 'stop', 'kill', 'remove'] as const;
    const failures = [
      ...(await Promise.all(verbs.map((verb) => failureOf(() => driver[verb](resource, fresh))))),
      await failureOf(() => driver.owned?.(world.options, fresh)),
    ];
    world.standIn.intervene = () => undefined;
    await driver.remove(resource, context);

    expect(failures.map(({ code }) => code)).toEqual(failures.map(() => 'CredentialsRefused'));
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

/** Many machines of one account. */
export function manyMachines(spec: AnyDriverSpec, stand: () => Promise<CloudStand>): void {
  it('tells the states of many machines in their order, by as few questions as that of one', async () => {
    await using world = await stand();
    const shared = contextOf(world);
    const driver = await spec.load();
    const resources = await Promise.all([1, 2, 3].map((n) => driver.create(nth(n, world), shared)));
    for (const resource of resources) await stateIs('running', () => driver.state(resource, shared));
    await driver.remove(resources[1] ?? null, shared);
    if (!driver.states) return;
    const context = later(shared);

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
