import { isDeepStrictEqual } from 'node:util';
import type { Driver, DriverContext, MachineState, NewHost, SshTarget } from '../driver.js';
import { isMachineError, MachineError } from '../errors.js';
import { poll } from '../poll.js';
import type { JsonObject, OptionValues } from '../record.js';
import type { Reporter } from '../reporter.js';
import { flagValues, readFlags } from './flags.js';
import type { PluginFlag } from './options.js';
import { blankConfig, stageOf, withoutStage, withStage } from './resource.js';
import type { PluginPlace } from './place.js';
import { withPlugin, type Session } from './session.js';

/** A create or a removal is one call that lasts as long as the provider does; docker-machine waited for ever. */
const WORK_WITHIN_MS = 3_600_000;
/** Some drivers download an image while they check. */
const CHECK_WITHIN_MS = 900_000;
/** For what the driver knows when its work has failed, or will know soon when it was interrupted. */
const LAST_WORD_WITHIN_MS = 5_000;
/** docker-machine's numbers of states; 0 is "none", 8 a time-out: the provider did not say. */
const STATES: readonly MachineState[] = [
  'unknown',
  'running',
  'paused',
  'saved',
  'stopped',
  'stopping',
  'starting',
  'error',
  'unknown',
];

type Context = DriverContext<JsonObject>;

/** The options that a driver binary declares. @throws MachineError DriverFailed, TimedOut, Cancelled */
export function pluginFlags(
  place: PluginPlace,
  { report, signal }: { readonly report: Reporter; readonly signal: AbortSignal },
): Promise<PluginFlag[]> {
  const context = { report, signal, secrets: {} };
  // docker-machine asks under this name: the machine's own is not known before its flags are.
  const config = blankConfig('flag-lookup', place.storePath);
  return withPlugin(place, { context, config }, flagsOf);
}

/** The functions of a driver binary; each starts it, and ends it again. */
export function pluginDriver(place: PluginPlace): Driver<OptionValues, JsonObject> {
  const simple = (method: string, refusing: string) => (resource: JsonObject, context: Context) =>
    withPlugin(place, { context, config: withoutStage(resource) }, async (session) => {
      await session.plugin.call(method, undefined, { withinMs: WORK_WITHIN_MS, refusing });
      const config = await session.config();
      return isDeepStrictEqual(config, withoutStage(resource)) ? undefined : config;
    });
  const halt = (method: string, refusing: string) => async (resource: JsonObject, context: Context) => {
    const changed = await simple(method, refusing)(resource, context);
    if (changed) await context.keep(changed);
  };
  return {
    check: (host, context) =>
      withBlank(place, { host, context }, (session) => checked(session, host, context).then(() => {})),
    create: (host, context, resource) =>
      resource && stageOf(resource) !== 'begun'
        ? finished(place, resource, { host, context })
        : created(place, resource, { host, context }),
    state: (resource, context) => withPlugin(place, { context, config: withoutStage(resource) }, stateOf),
    target: (resource, context) => withPlugin(place, { context, config: withoutStage(resource) }, targetOf),
    start: simple('Start', 'to start the machine'),
    stop: halt('Stop', 'to stop the machine'),
    kill: halt('Kill', 'to kill the machine'),
    remove: (resource, context) => removed(place, resource, context),
  };
}

interface Wish {
  readonly host: NewHost<OptionValues>;
  readonly context: Context;
}

function withBlank<T>(place: PluginPlace, { host, context }: Wish, work: (session: Session) => Promise<T>): Promise<T> {
  return withPlugin(place, { context, config: blankConfig(host.name, place.storePath) }, work);
}

async function flagsOf({ plugin, place }: Session): Promise<PluginFlag[]> {
  return readFlags(place.name, await plugin.call('GetCreateFlags', undefined, { refusing: 'to name its options' }));
}

/** Checks find out what the create needs, and keep it in memory alone: both happen in one process. */
async function checked(session: Session, { options }: NewHost<OptionValues>, { secrets }: Context): Promise<void> {
  const flags = await flagsOf(session);
  const values = flagValues(session.place.name, flags, { ...options, ...secrets });
  await session.plugin.call('SetConfigFromFlags', values, { refusal: 'BadOption', refusing: 'its options' });
  const settings = { refusal: 'CheckFailed', refusing: 'the pre-create check', withinMs: CHECK_WITHIN_MS } as const;
  await session.plugin.call('PreCreateCheck', undefined, settings);
}

function created(place: PluginPlace, before: JsonObject | undefined, { host, context }: Wish): Promise<JsonObject> {
  if (before) context.report.warn(`what driver "${place.name}" began earlier may be left at its provider`);
  return withBlank(place, { host, context }, async (session) => {
    await checked(session, host, context);
    const begun = await session.config();
    await context.keep(withStage(begun, 'begun'));
    try {
      await session.plugin.call('Create', undefined, { withinMs: WORK_WITHIN_MS, refusing: 'to create the machine' });
    } catch (error) {
      await keepWhatExists(session, begun, context);
      throw error;
    }
    const config = await session.config();
    await context.keep(config);
    return config;
  });
}

/**
 * What failed or was interrupted may have made something, whose id the driver knows once its provider has answered. A driver
 * that has crashed knows nothing any more; its record stays as it was.
 */
async function keepWhatExists(session: Session, begun: JsonObject, context: Context): Promise<void> {
  const { signal } = new AbortController();
  const changed = async (): Promise<JsonObject | undefined> => {
    const config = await session.config({ withinMs: LAST_WORD_WITHIN_MS, signal });
    return isDeepStrictEqual(config, begun) ? undefined : config;
  };
  // Only an interrupted driver is still at it.
  const withinMs = context.signal.aborted ? LAST_WORD_WITHIN_MS : 0;
  const what = `driver "${session.place.name}" to know what it makes`;
  const config = await poll(changed, { what, withinMs, everyMs: 100 }).catch(() => undefined);
  if (config) await context.keep(withStage(config, 'partial'));
}

/** Drivers cannot go on with a create; but what exists, and answers, is as good as made. */
async function finished(place: PluginPlace, resource: JsonObject, { host, context }: Wish): Promise<JsonObject> {
  if (stageOf(resource) === undefined) return resource;
  return withPlugin(place, { context, config: withoutStage(resource) }, async (session) => {
    const suggestions = [`berth rm ${host.name}`];
    const state = await stateOf(session).catch((error: unknown) => {
      throw isMachineError(error, 'DriverFailed')
        ? new MachineError('DriverFailed', error.message, { suggestions, cause: error.cause })
        : error;
    });
    if (state === 'unknown' || state === 'error')
      throw new MachineError('DriverFailed', `driver "${place.name}" cannot finish "${host.name}"`, { suggestions });
    if (state === 'stopped') await session.plugin.call('Start', undefined, { withinMs: WORK_WITHIN_MS });
    const config = await session.config();
    await context.keep(config);
    return config;
  });
}

async function stateOf({ plugin }: Session): Promise<MachineState> {
  const number = await plugin.call('GetState', undefined, { refusing: 'to tell the state of the machine' });
  return (typeof number === 'number' ? STATES[number] : undefined) ?? 'unknown';
}

async function targetOf(session: Session): Promise<SshTarget> {
  const host = await session.text('GetSSHHostname');
  const port = await session.number('GetSSHPort');
  const user = await session.text('GetSSHUsername');
  const keyPath = await session.text('GetSSHKeyPath');
  const isSane = /^[^\s/@-][^\s/@]*$/.test(host) && /^[A-Za-z_][\w.-]*$/.test(user) && port > 0 && port < 65_536;
  if (!isSane) {
    const said = new Error(JSON.stringify({ host, port, user }).slice(0, 200));
    throw new MachineError('DriverFailed', `driver "${session.place.name}" names no place to log in to`, {
      cause: said,
    });
  }
  return { host, port, user, ...(keyPath.startsWith('/') ? { keyPath } : {}) };
}

async function removed(place: PluginPlace, resource: JsonObject, context: Context): Promise<void> {
  await withPlugin(place, { context, config: withoutStage(resource) }, async ({ plugin }) => {
    const outcome = await plugin.ask('Remove', { withinMs: WORK_WITHIN_MS });
    if (outcome.state === 'answered') return;
    if (stageOf(resource) !== 'begun') throw plugin.refused(outcome.words, { refusing: 'to remove the machine' });
    context.report.warn(`driver "${place.name}" knows of nothing to remove; see whether its provider does`);
  });
}
