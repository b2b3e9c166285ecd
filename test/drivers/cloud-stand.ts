import { expect } from '@jest/globals';
import type { AnyDriverSpec } from '../../src/driver.js';
import type { Json, OptionValues } from '../../src/record.js';
import type { CloudStandIn, Machinery, StandInAnswer } from '../standins/server.js';
import { contextOf, newHost, type DriverStand, type TestContext } from './contract.js';

/** Each run of a campaign is a create or a removal; stand-ins answer within milliseconds. */
export const CAMPAIGN_MS = 120_000;

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
  /** Options that name a second place and a second size, to be tried when the first ones are out of stock. */
  readonly choices?: OptionValues;
}
/** A stand-in of its own for each run; machines of `machinery` stand behind its instances, if given. */
export type StandOf = (machinery?: Machinery) => Promise<CloudStand>;
export interface Refusals {
  /** To any call. */
  readonly credentials: StandInAnswer;
  readonly throttled: StandInAnswer;
  /** To the call, by the stand-in's name for it, that makes the machine. */
  readonly quota?: { readonly call: string; readonly answer: StandInAnswer };
  readonly stock?: { readonly call: string; readonly answer: StandInAnswer };
  /** To the same call, for something that its options ask for. */
  readonly input?: StandInAnswer;
}

/** One of many: names and ids differ. */
export function nth(n: number, { options }: CloudStand): ReturnType<typeof newHost> {
  // Each machine has a login key of its own; some providers take none twice.
  const publicKey = `ssh-ed25519 ${Buffer.from(`key ${n}`).toString('base64')} web-${n}`;
  return { ...newHost(options), name: `web-${n}`, id: n.toString(16).padStart(16, 'a'), publicKey };
}

export async function made(
  spec: AnyDriverSpec,
  world: CloudStand,
): Promise<{ driver: Awaited<ReturnType<AnyDriverSpec['load']>>; context: TestContext; resource: Json }> {
  const driver = await spec.load();
  const context = contextOf(world);
  const resource = await driver.create(newHost(world.options), context);
  return { driver, context, resource };
}

/** An hour after: what is not found then is gone. */
export function later(context: TestContext): TestContext {
  return { ...context, now: () => new Date(context.now().getTime() + 3_600_000) };
}

/** Stand-ins move from state to state as providers do. */
export async function stateIs(wanted: string, ask: () => Promise<string>): Promise<void> {
  let state = '';
  const asking = async (): Promise<void> => void (state = await ask());
  for (let tries = 0; state !== wanted && tries < 100; tries += 1) {
    await asking();
    if (state !== wanted) await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect(state).toBe(wanted);
}
