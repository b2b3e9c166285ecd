import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { AnyDriverSpec } from '../driver.js';
import { MachineError } from '../errors.js';
import { isObject } from '../json.js';
import type { MachineName } from '../name.js';
import {
  DEFAULT_SWARM,
  isDefaultSwarm,
  type EngineOptions,
  type EngineSource,
  type Json,
  type JsonObject,
  type Machine,
  type OptionValues,
  type Phase,
  type SshLogin,
  type SwarmOptions,
  type Transport,
} from '../record.js';
import { careOf, settingsOf } from './care-document.js';
import { caseless, field, numberAt, objectAt, textAt, textsAt } from './fields.js';
import { parseGoJson } from './go-json.js';
import { migrate, USUAL_INSTALL_URL } from './migrate.js';
import { customPaths, fileOf } from './stored-path.js';
import type { MachineFile } from './store.js';

/** Where the docker client reaches an engine behind SSH, in the machine's folder. */
export const ENGINE_SOCKET_FILE: MachineFile = 'docker.sock';

/** The newest version docker-machine writes; what comes after it is not known. */
export const NEWEST = 3;

export interface RecordPlace {
  /** The folder decides the name, whatever the document says. */
  readonly name: MachineName;
  /** The machine's folder, absolute. */
  readonly folder: string;
  /** Whether a file of this base name stands in the folder: a store that was moved still finds its keys. */
  readonly holds: (file: string) => boolean;
}

export type FindDriver = (name: string) => AnyDriverSpec | undefined;

/** Reads config.json of versions 0 to 3. @throws MachineError StoreCorrupt */
export function parseRecord(text: string, place: RecordPlace, find: FindDriver): Machine {
  const document = parseDocument(text, place);
  const driverName = textAt(document, 'DriverName');
  const stored = objectAt(document, 'Driver');
  const spec = find(driverName);
  const berth = objectAt(document, 'Berth');
  const derived = spec?.fromStored(caseless(stored));
  const options = (isObject(berth['Options']) ? berth['Options'] : (derived?.options ?? {})) as OptionValues;
  const resource = 'Schema' in berth ? berth['Resource'] : derived?.resource;
  const auth = objectAt(objectAt(document, 'HostOptions'), 'AuthOptions');
  const tlsPaths = customPaths(auth, place.folder);
  const swarm = swarmOf(objectAt(objectAt(document, 'HostOptions'), 'SwarmOptions'));
  const address = textAt(stored, 'IPAddress');
  return {
    name: place.name,
    id:
      textAt(berth, 'Id') ||
      createHash('sha256').update(`${driverName} ${place.name} ${address}`).digest('hex').slice(0, 16),
    driver: driverName,
    options,
    ...(resource === undefined || resource === null ? {} : { resource }),
    phase: phaseOf(berth, { hasHost: spec?.features.ssh !== false, address }),
    address,
    ssh: loginOf(stored, place),
    enginePort: numberAt(berth, 'EnginePort') || numberAt(stored, 'EnginePort') || 2376,
    transport: transportOf(berth, { spec, stored, folder: place.folder }),
    engine: engineOf(objectAt(objectAt(document, 'HostOptions'), 'EngineOptions'), berth),
    ...(swarm ? { swarm } : {}),
    tlsSans: textsAt(auth, 'ServerCertSANs'),
    ...(tlsPaths ? { tlsPaths } : {}),
    createdAt: textAt(berth, 'CreatedAt'),
    ...careOf(berth),
    document,
  };
}

/** What config.json holds, in the newest of its versions. @throws MachineError StoreCorrupt */
export function parseDocument(text: string, { name, folder }: Pick<RecordPlace, 'name' | 'folder'>): JsonObject {
  const corrupt = (fact: string, cause?: unknown): MachineError =>
    new MachineError('StoreCorrupt', `cannot read the record of "${name}": ${fact}`, {
      cause: new Error(`${join(folder, 'config.json')}${positionIn(cause)}`),
      suggestions: [`berth rm -f ${name}`],
    });
  let parsed: Json;
  try {
    parsed = parseGoJson(text);
  } catch (cause) {
    throw corrupt('config.json is not JSON', cause);
  }
  if (!isObject(parsed)) throw corrupt('config.json holds no object');
  const version = numberAt(parsed, 'ConfigVersion');
  if (version > NEWEST) throw corrupt(`its version ${version} is newer than ${NEWEST}`);
  if (textAt(parsed, 'DriverName') === '') throw corrupt('it names no driver');
  return migrate(parsed);
}

/** Only where: the parser's message may quote the text, and docker-machine kept credentials in it. */
function positionIn(cause: unknown): string {
  const match = cause instanceof Error ? /\bat position \d+/.exec(cause.message) : null;
  return match ? ` ${match[0]}` : '';
}

/** docker-machine wrote no phase: what has an address was made, and it provisioned whatever it made. */
function phaseOf(berth: JsonObject, { hasHost, address }: { hasHost: boolean; address: string }): Phase {
  const phase = textAt(berth, 'Phase');
  if (phase === 'planned' || phase === 'created' || phase === 'ready') return phase;
  return hasHost && address === '' ? 'created' : 'ready';
}

function loginOf(stored: JsonObject, { folder, holds }: RecordPlace): SshLogin {
  const written = textAt(stored, 'SSHKeyPath');
  const file = fileOf(written);
  // docker-machine leaves the path empty where the driver's default file is meant.
  const keyPath =
    written === ''
      ? holds('id_rsa')
        ? join(folder, 'id_rsa')
        : undefined
      : holds(file)
        ? join(folder, file)
        : written;
  return {
    user: textAt(stored, 'SSHUser') || 'root',
    port: numberAt(stored, 'SSHPort') || 22,
    ...(keyPath === undefined ? {} : { keyPath }),
  };
}

function transportOf(
  berth: JsonObject,
  { spec, stored, folder }: { spec: AnyDriverSpec | undefined; stored: JsonObject; folder: string },
): Transport {
  const kind = textAt(berth, 'Transport');
  if (kind === 'ssh') return { kind };
  if (kind === 'tunnel') return { kind, socket: join(folder, ENGINE_SOCKET_FILE) };
  return spec?.url || spec?.features.ssh === false ? { kind: 'url', url: textAt(stored, 'URL') } : { kind: 'tls' };
}

function engineOf(stored: JsonObject, berth: JsonObject): EngineOptions {
  const installUrl = textAt(stored, 'InstallURL');
  return {
    opts: textsAt(stored, 'ArbitraryFlags'),
    env: textsAt(stored, 'Env'),
    labels: textsAt(stored, 'Labels'),
    insecureRegistries: textsAt(stored, 'InsecureRegistry'),
    registryMirrors: textsAt(stored, 'RegistryMirror'),
    storageDriver: textAt(stored, 'StorageDriver'),
    installUrl: installUrl === USUAL_INSTALL_URL ? '' : installUrl,
    source: (textAt(berth, 'EngineSource') || 'auto') as EngineSource,
    bundle: textAt(berth, 'EngineBundle'),
    version: textAt(berth, 'EngineVersion'),
    ...(textAt(berth, 'EngineInstallAt') === 'boot' ? { installAt: 'boot' } : {}),
    ...settingsOf(berth),
    ...('EngineAllow' in berth ? { allow: textsAt(berth, 'EngineAllow') } : {}),
  };
}

/** Undefined where docker-machine's create had no flag of a swarm: its record says so by the usual values. */
function swarmOf(stored: JsonObject): SwarmOptions | undefined {
  const text = (key: string, usual: string): string => (field(stored, key) === undefined ? usual : textAt(stored, key));
  const swarm: SwarmOptions = {
    agent: field(stored, 'Agent') === true,
    master: field(stored, 'Master') === true,
    discovery: textAt(stored, 'Discovery'),
    address: textAt(stored, 'Address'),
    host: text('Host', DEFAULT_SWARM.host),
    image: text('Image', DEFAULT_SWARM.image),
    strategy: text('Strategy', DEFAULT_SWARM.strategy),
    opts: textsAt(stored, 'ArbitraryFlags'),
    joinOpts: textsAt(stored, 'ArbitraryJoinFlags'),
    experimental: field(stored, 'IsExperimental') === true,
  };
  return isDefaultSwarm(swarm) ? undefined : swarm;
}
