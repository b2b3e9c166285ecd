import { isDeepStrictEqual } from 'node:util';
import { MachineError } from '../errors.js';
import { isObject } from '../json.js';
import type { EngineOptions, Json, JsonObject } from '../record.js';
import { parseFlag } from './flags.js';

/** A setting of daemon.json: `log-opts.max-size` is the key `max-size` of the object `log-opts`. */
export interface Setting {
  readonly key: string;
  /** Within an object. */
  readonly inner?: string;
  /** Null: it shall not be there. */
  readonly value: Json;
}

/** What is of use to TCP listeners alone. */
export const TLS_KEYS: ReadonlySet<string> = new Set(['tls', 'tlsverify', 'tlscacert', 'tlscert', 'tlskey']);

/** The way in is berth's own business: a slip there locks everybody out. */
const OWN_KEYS: ReadonlySet<string> = new Set(['hosts', ...TLS_KEYS]);

/** Lists may be typed with commas (dockerd's documentation of daemon.json). */
const LISTS: ReadonlySet<string> = new Set([
  'authorization-plugins',
  'cdi-spec-dirs',
  'dns',
  'dns-opts',
  'dns-search',
  'exec-opts',
  'insecure-registries',
  'labels',
  'node-generic-resources',
  'registry-mirrors',
  'storage-opts',
]);

/** What dockerd reads anew at SIGHUP ("Configuration reload behavior" in its documentation). */
const RELOADED: ReadonlySet<string> = new Set([
  'authorization-plugins',
  'debug',
  'default-runtime',
  'features',
  'insecure-registries',
  'labels',
  'live-restore',
  'max-concurrent-downloads',
  'max-concurrent-uploads',
  'max-download-attempts',
  'registry-mirrors',
  'runtimes',
  'shutdown-timeout',
]);

/** `KEY=VALUE`; JSON where the value is some, a text otherwise. @throws MachineError BadOption */
export function parseSetting(text: string): Setting {
  const at = text.indexOf('=');
  if (at < 1) throw new MachineError('BadOption', `an engine setting is KEY=VALUE, got ${JSON.stringify(text)}`);
  const place = parseSettingKey(text.slice(0, at));
  return { ...place, value: valueOf(place, text.slice(at + 1)) };
}

/** A key that may be changed. @throws MachineError BadOption */
export function parseSettingKey(text: string): Pick<Setting, 'key' | 'inner'> {
  const place = splitKey(text);
  if (!OWN_KEYS.has(place.key)) return place;
  throw new MachineError('BadOption', `berth itself sets "${place.key}", by which the engine is reached`);
}

/** @throws MachineError BadOption */
export function splitKey(text: string): Pick<Setting, 'key' | 'inner'> {
  const match = /^([a-z][a-z0-9-]*)(?:\.([^\s=]+))?$/.exec(text);
  if (match?.[1] === undefined)
    throw new MachineError('BadOption', `a key of daemon.json is like "log-level", got ${JSON.stringify(text)}`);
  const [, key, inner] = match;
  return { key, ...(inner === undefined ? {} : { inner }) };
}

function valueOf({ key, inner }: Pick<Setting, 'key' | 'inner'>, text: string): Json {
  const value = parsed(text);
  // Options of drivers are texts, numbers among them too.
  if (inner !== undefined && key !== 'features')
    return typeof value === 'number' || typeof value === 'boolean' ? text : value;
  if (inner === undefined && LISTS.has(key) && !Array.isArray(value)) return text === '' ? [] : text.split(',');
  return value;
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** The wishes for an engine after the settings: what a flag of create means too stands where that flag puts it. */
export function changedEngine(engine: EngineOptions, settings: readonly Setting[]): EngineOptions {
  return settings.reduce(withSetting, engine);
}

function withSetting(engine: EngineOptions, { key, inner, value }: Setting): EngineOptions {
  // An option of dockerd's command line and a key of daemon.json exclude each other.
  const opts = engine.opts.filter((opt) => parseFlag(opt).key !== key);
  const texts = Array.isArray(value) ? value.map(String) : value === null ? [] : undefined;
  if (key === 'labels' && texts) return { ...engine, opts, labels: texts.filter((label) => !/^provider=/.test(label)) };
  const asFlag: Partial<EngineOptions> = {
    ...(key === 'insecure-registries' && texts ? { insecureRegistries: texts } : {}),
    ...(key === 'registry-mirrors' && texts ? { registryMirrors: texts } : {}),
    ...(key === 'storage-driver' ? { storageDriver: typeof value === 'string' ? value : '' } : {}),
  };
  const isFlag = Object.keys(asFlag).length > 0;
  const { settings = {}, ...rest } = { ...engine, ...asFlag, opts };
  const next =
    isFlag && value !== null && !isEmpty(value) ? without(settings, key) : placed(settings, { key, inner, value });
  return { ...rest, settings: next };
}

function placed(
  settings: JsonObject,
  { key, inner, value }: { key: string; inner: string | undefined; value: Json },
): JsonObject {
  if (inner === undefined) return { ...settings, [key]: value };
  const outer = settings[key];
  return { ...settings, [key]: { ...(isObject(outer) ? outer : {}), [inner]: value } };
}

function isEmpty(value: Json): boolean {
  return value === '' || (Array.isArray(value) && value.length === 0);
}

function without(settings: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(settings).filter(([other]) => other !== key));
}

/** Wishes that are fulfilled once they are: what shall not be there is gone, and whoever puts it there later means it. */
export function fulfilled(engine: EngineOptions): EngineOptions {
  const { settings, ...rest } = engine;
  const left = pruned(settings ?? {});
  return Object.keys(left).length === 0 ? rest : { ...rest, settings: left };
}

/** daemon.json with the settings: objects are merged, null takes away. */
export function withSettings(config: JsonObject, settings: JsonObject): JsonObject {
  const merged = Object.entries(settings).map(([key, value]) => {
    const old = config[key];
    return [key, isObject(value) && isObject(old) ? { ...old, ...value } : (value ?? null)] as const;
  });
  return pruned({ ...config, ...Object.fromEntries(merged) });
}

function pruned(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).flatMap(([key, value]): (readonly [string, Json | undefined])[] => {
      if (value === null) return [];
      if (!isObject(value)) return [[key, value]];
      const inner = Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null));
      return Object.keys(inner).length === 0 && Object.keys(value).length > 0 ? [] : [[key, inner]];
    }),
  );
}

/**
 * Whether an engine that runs takes the new configuration at a signal, without being restarted. What is not in it any more
 * the engine would leave as it is.
 */
export function isReloadable(before: JsonObject, after: JsonObject): boolean {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.every((key) => (RELOADED.has(key) && key in after) || isDeepStrictEqual(before[key], after[key]));
}
