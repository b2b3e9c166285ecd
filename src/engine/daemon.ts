import { MachineError } from '../errors.js';
import { isObject } from '../json.js';
import type { EngineOptions, Json, JsonObject } from '../record.js';
import { parseFlag } from './flags.js';
import { withSettings } from './settings.js';

/** Where the certificates stand on a host, as docker-machine puts them. */
export const ENGINE_FOLDER = '/etc/docker';
export const DAEMON_JSON = `${ENGINE_FOLDER}/daemon.json`;
export const AUTHORITY = `${ENGINE_FOLDER}/ca.pem`;
export const SERVER_CERTIFICATE = `${ENGINE_FOLDER}/server.pem`;
export const SERVER_KEY = `${ENGINE_FOLDER}/server-key.pem`;

export interface DaemonWish {
  readonly engine: EngineOptions;
  readonly enginePort: number;
  /** Value of the label `provider`. */
  readonly provider: string;
  /** `fd://` where a docker.socket unit exists, else a unix socket. */
  readonly socket: string;
  /** The host has IPv6 addresses only. */
  readonly onlyIpv6: boolean;
  /** An engine in a swarm refuses live-restore. */
  readonly swarm: boolean;
}

export interface DaemonSetup {
  /** The whole daemon.json. */
  readonly config: JsonObject;
  /** Flags of dockerd that go into the unit, each one word, with their dashes. */
  readonly flags: readonly string[];
}

/**
 * daemon.json and flags that bring the wish about. Keys of the file that are none of ours survive; a key that an
 * --engine-opt sets too gives way, since dockerd refuses to start with both.
 */
export function daemonSetup(existing: JsonObject, wish: DaemonWish): DaemonSetup {
  const flags = wish.engine.opts.map(parseFlag);
  const taken = new Set(flags.map(({ key }) => key));
  const ours = Object.entries(ownKeys(wish));
  const ourObject: JsonObject = Object.fromEntries(ours);
  const settings = settingsBesides(ourObject, wish.engine.settings ?? {});
  const wanted = withSettings({ ...existing, ...ourObject }, settings);
  const kept = Object.entries(wanted).filter(([key]) => !taken.has(key));
  const displaced = ours.flatMap(([key, value]) => (taken.has(key) ? asFlags(key, value) : []));
  return { config: Object.fromEntries(kept), flags: [...displaced, ...flags.map(({ word }) => word)] };
}

/** Where one is taken away that stood in the place of ours, ours holds again. */
function settingsBesides(ours: JsonObject, settings: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(settings).filter(([key, value]) => value !== null || !(key in ours)));
}

function ownKeys({ engine, enginePort, provider, socket, onlyIpv6, swarm }: DaemonWish): JsonObject {
  const { labels, insecureRegistries, registryMirrors, storageDriver } = engine;
  return {
    hosts: [socket, `tcp://${onlyIpv6 ? '[::]' : '0.0.0.0'}:${enginePort}`],
    tls: true,
    tlsverify: true,
    tlscacert: AUTHORITY,
    tlscert: SERVER_CERTIFICATE,
    tlskey: SERVER_KEY,
    labels: [...labels, `provider=${provider}`],
    'live-restore': !swarm,
    ...(insecureRegistries.length > 0 ? { 'insecure-registries': insecureRegistries } : {}),
    ...(registryMirrors.length > 0 ? { 'registry-mirrors': registryMirrors } : {}),
    ...(storageDriver === '' ? {} : { 'storage-driver': storageDriver }),
  };
}

/** Lists of ours join the user's flags; single values give way to them. */
function asFlags(key: string, value: Json | undefined): string[] {
  const flag = LIST_FLAGS[key];
  return flag !== undefined && Array.isArray(value) ? value.map((item) => `--${flag}=${String(item)}`) : [];
}

const LIST_FLAGS: Readonly<Record<string, string>> = {
  hosts: 'host',
  labels: 'label',
  'insecure-registries': 'insecure-registry',
  'registry-mirrors': 'registry-mirror',
};

/**
 * Reads the daemon.json of a host.
 * @throws MachineError ProvisionFailed when it is no JSON object, with the position in the cause
 */
export function parseDaemonJson(text: string, machineName: string): JsonObject {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
    throw new Error('it holds no object');
  } catch (cause) {
    throw new MachineError('ProvisionFailed', `${DAEMON_JSON} on ${machineName} is not valid JSON`, {
      cause: new Error(whereJsonBreaks(text, cause instanceof Error ? cause.message : String(cause))),
      suggestions: [
        `Correct it on the host, then: berth provision ${machineName}`,
        `berth ssh ${machineName} sudo mv ${DAEMON_JSON} ${DAEMON_JSON}.old`,
      ],
    });
  }
}

/** Node's own words with "position 12" made into line and column; newer versions of Node add theirs. */
function whereJsonBreaks(text: string, words: string): string {
  const match = /^(.*?)(?: in JSON)? at position (\d+)/s.exec(words);
  if (match?.[1] === undefined) return words;
  const before = text.slice(0, Number(match[2])).split('\n');
  return `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}: ${match[1]}`;
}

/** One form for one content, so that writing it again changes nothing. */
export function daemonJson(config: JsonObject): string {
  return `${JSON.stringify(config, undefined, 2)}\n`;
}
