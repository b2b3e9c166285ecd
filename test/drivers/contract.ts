import { describe, expect, it } from '@jest/globals';
import type { AnyDriverSpec, DriverContext, NewHost, OptionTable, OptionsOf } from '../../src/driver.js';
import { isMachineError } from '../../src/errors.js';
import { paces } from '../../src/pace.js';
import type { Json, OptionValues } from '../../src/record.js';
import { driverContext } from '../helpers/driver-context.js';
import { recordingReporter } from '../helpers/reporter.js';

/*
 * `driverContract` is what every driver owes. Drivers of clouds call `cloudContract` of ./cloud-contract.ts instead, which
 * has all of this in it and begins with how to use it.
 */
type Options = OptionsOf<OptionTable>;

export interface DriverStand {
  /** Options that make a host at the stand-in. */
  readonly options: OptionValues;
  readonly secrets?: Readonly<Record<string, string>>;
  /** The process's environment as the driver sees it: where chains of credentials begin. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Ends what is still asked. */
  readonly signal?: AbortSignal;
}

/** What a driver is called with; `kept` is what it put on record, in order. */
export interface TestContext extends DriverContext<Json> {
  readonly kept: Json[];
}

export function testContext(
  secrets: Readonly<Record<string, string>> = {},
  signal: AbortSignal = new AbortController().signal,
): TestContext {
  return contextOf({ secrets }, signal);
}

/** The context that a stand asks for. Refused and lost calls are repeated within milliseconds. */
export function contextOf(
  { secrets = {}, environment = {}, signal: ofStand }: Pick<DriverStand, 'secrets' | 'environment' | 'signal'>,
  signal: AbortSignal = ofStand ?? new AbortController().signal,
): TestContext {
  const kept: Json[] = [];
  const keep = async (resource: Json): Promise<void> => void kept.push(JSON.parse(JSON.stringify(resource)) as Json);
  const pace = paces({ firstMs: 2 });
  return { ...driverContext({ report: recordingReporter(), signal, secrets, environment, pace, keep }), kept };
}

export function newHost(options: OptionValues): NewHost<Options> {
  return {
    name: 'web-1',
    id: '0123456789abcdef',
    store: 'fedcba9876543210',
    options,
    publicKey: 'ssh-ed25519 AAAA test',
    hostKey: { privateKey: 'PRIVATE KEY OF THE HOST', publicKey: 'ssh-ed25519 BBBB web-1' },
  };
}

/** What every driver owes; `stand` prepares the stand-in of its provider for one test. */
export function driverContract(spec: AnyDriverSpec, stand: () => Promise<DriverStand & AsyncDisposable>): void {
  describe(`the driver ${spec.name}`, () => {
    declaration(spec);
    behaviour(spec, stand);
  });
}

function declaration(spec: AnyDriverSpec): void {
  const options = Object.entries(spec.options);

  it.each(options)('has one short line of help for %s', (_key, { help }) => {
    expect(help.length).toBeLessThanOrEqual(80);
    expect(help).toMatch(/^[^\n]*[^\n.]$/);
  });

  it.each(options)('spells %s as docker-machine spells options', (key) => {
    expect(key).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
  });

  it('reads a record without any of its keys', () => {
    expect(() => spec.fromStored({})).not.toThrow();
  });
}

function behaviour(spec: AnyDriverSpec, stand: () => Promise<DriverStand & AsyncDisposable>): void {
  it('keeps a handle before create ends, the same that it returns, and it survives JSON', async () => {
    await using world = await stand();
    const context = contextOf(world);
    const driver = await spec.load();

    const resource = await driver.create(newHost(world.options), context);

    expect(context.kept.at(-1)).toEqual(resource);
    expect(JSON.parse(JSON.stringify(resource))).toEqual(resource);
  });

  it('comes back from the record as it went in', async () => {
    await using world = await stand();
    const resource = await (await spec.load()).create(newHost(world.options), contextOf(world));

    const stored = spec.toStored(world.options, resource);

    expect(stored).toEqual(
      spec.toStored(spec.fromStored({ ...stored, ...loginKeys(spec, world.options) }).options, resource),
    );
  });

  it('makes nothing twice when create is called again with its handle', async () => {
    await using world = await stand();
    const driver = await spec.load();
    const first = await driver.create(newHost(world.options), contextOf(world));

    const second = await driver.create(newHost(world.options), contextOf(world), first);

    expect(second).toEqual(first);
  });

  it('removes what it made, and again what is gone', async () => {
    await using world = await stand();
    const driver = await spec.load();
    const context = contextOf(world);
    const resource = await driver.create(newHost(world.options), context);

    await driver.remove(resource, context);

    await expect(driver.remove(resource, context)).resolves.toBeUndefined();
  });

  it('has power verbs, or says that it has none', async () => {
    if (spec.features.powers) return;
    await using world = await stand();
    const driver = await spec.load();
    const context = contextOf(world);
    const resource = await driver.create(newHost(world.options), context);

    const verbs = (['start', 'stop', 'kill'] as const).map(async (verb) => {
      try {
        await driver[verb](resource, context);
        return 'done';
      } catch (error) {
        return isMachineError(error) ? error.code : error;
      }
    });

    expect(await Promise.all(verbs)).toEqual(['NotSupported', 'NotSupported', 'NotSupported']);
  });

  it('puts no secret into the record', async () => {
    await using world = await stand();
    const secrets = Object.values(world.secrets ?? {});
    const resource = await (await spec.load()).create(newHost(world.options), contextOf(world));

    const record = JSON.stringify([resource, spec.toStored(world.options, resource)]);

    expect(secrets.filter((secret) => record.includes(secret))).toEqual([]);
  });
}

/** docker-machine's keys that every record has, whatever the driver. */
function loginKeys(spec: AnyDriverSpec, options: OptionValues): { SSHUser: string; SSHPort: number } {
  const { user, port } = spec.login(options);
  return { SSHUser: user, SSHPort: port };
}
