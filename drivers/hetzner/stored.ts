import { text } from '../../src/cloud/found.js';
import { storedId, storedOption, storedWords } from '../../src/cloud/stored.js';
import { isObject } from '../../src/json.js';
import type { JsonObject, OptionValues } from '../../src/record.js';
import type { HetznerMachine } from './handle.js';
import { options as table, type HetznerOptions } from './options.js';

type Key = keyof typeof table;

/** Names of the fields of JonasProgrammer's driver, by option. The token is in none that berth writes. */
const FIELDS: readonly (readonly [string, Key])[] = [
  ['Image', 'image'],
  ['ImageArch', 'image-arch'],
  ['Type', 'server-type'],
  ['Location', 'server-location'],
  ['Volumes', 'volumes'],
  ['Networks', 'networks'],
  ['PrimaryIPv4', 'primary-ipv4'],
  ['PrimaryIPv6', 'primary-ipv6'],
  ['Firewalls', 'firewalls'],
  ['AdditionalKeys', 'additional-key'],
  ['WaitOnError', 'wait-on-error'],
  ['WaitOnPolling', 'wait-on-polling'],
  ['WaitForRunningTimeout', 'wait-for-running-timeout'],
  // berth's own
  ['Endpoint', 'endpoint'],
  ['PlacementGroup', 'placement-group'],
  ['AutoSpread', 'auto-spread'],
  ['OpenPorts', 'open-port'],
  ['ExistingKeyPath', 'existing-key-path'],
  ['UserDataFile', 'user-data-file'],
];

export function toStored(options: HetznerOptions, kept: HetznerMachine | undefined): JsonObject {
  const resource = kept && handleOf(kept);
  const values = FIELDS.map(([field, key]) => [field, options[key] ?? ''] as const);
  const { disable4, disable6, usePrivate } = publicNetOf(options);
  const existing = Number(options['existing-key-id'] ?? 0);
  return {
    ...Object.fromEntries(values),
    ImageID: Number(options['image-id'] ?? 0),
    UsePrivateNetwork: usePrivate,
    DisablePublic4: disable4,
    DisablePublic6: disable6,
    ServerLabels: labelMap(options['server-label']),
    KeyLabels: labelMap(options['key-label']),
    KeyID: resource?.keyId || existing,
    IsExistingKey: existing !== 0,
    AdditionalKeyIDs: resource?.additionalKeyIds ?? [],
    ServerID: resource?.serverId ?? 0,
  };
}

/** What the options on public addresses come to; their former names count too. */
export function publicNetOf(options: HetznerOptions): { disable4: boolean; disable6: boolean; usePrivate: boolean } {
  const none = options['disable-public'];
  return {
    disable4: options['disable-public-ipv4'] || options['disable-public-4'] || none,
    disable6: options['disable-public-ipv6'] || options['disable-public-6'] || none,
    usePrivate: options['use-private-network'] || none,
  };
}

export function reachOf(options: HetznerOptions): HetznerMachine['reach'] {
  const { disable4, usePrivate } = publicNetOf(options);
  if (usePrivate) return 'private';
  return disable4 ? 'ipv6' : 'ipv4';
}

function labelMap(labels: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    labels.map((label) => {
      const [key = '', ...value] = label.split('=');
      return [key, value.join('=')];
    }),
  );
}

export function fromStored(stored: JsonObject): { options: OptionValues; resource?: HetznerMachine } {
  const options: Record<string, OptionValues[string]> = {};
  for (const [field, key] of FIELDS) {
    const value = storedOption(stored[field], table[key]);
    if (value !== undefined) options[key] = value;
  }
  for (const key of ['disable-public', 'disable-public-4', 'disable-public-6', 'user-data-from-file'])
    options[key] = false;
  options['disable-public-ipv4'] = stored['DisablePublic4'] === true;
  options['disable-public-ipv6'] = stored['DisablePublic6'] === true;
  options['use-private-network'] = stored['UsePrivateNetwork'] === true;
  options['server-label'] = labelList(stored['ServerLabels']);
  options['key-label'] = labelList(stored['KeyLabels']);
  if (storedId(stored['ImageID']) !== 0) {
    options['image-id'] = String(storedId(stored['ImageID']));
    // The driver wrote its default name beside the number.
    delete options['image'];
  }
  if (stored['IsExistingKey'] === true && storedId(stored['KeyID']) !== 0)
    options['existing-key-id'] = String(storedId(stored['KeyID']));
  // A fork takes several locations.
  if (Array.isArray(stored['Locations']) && stored['Locations'].length > 0)
    options['server-location'] = stored['Locations'].map(String).join(',');
  options['ssh-user'] = text(stored['SSHUser']) || table['ssh-user'].default;
  options['ssh-port'] = Number(stored['SSHPort']) || table['ssh-port'].default;
  return { options, ...resourceOf(stored, options as unknown as HetznerOptions) };
}

function labelList(value: JsonObject[string]): readonly string[] {
  if (!isObject(value)) return [];
  return Object.entries(value).map(([key, one]) => `${key}=${text(one)}`);
}

/** The driver's own JSON is what berth kept while it made machines with the binary. */
export function handleOf(kept: HetznerMachine | JsonObject): HetznerMachine {
  if (!('ServerID' in kept)) return kept as HetznerMachine;
  const { options, resource } = fromStored(kept);
  return resource ?? blank(kept, options as unknown as HetznerOptions);
}

/** The handle of a machine that docker-machine made: it carries no labels of berth's. */
function resourceOf(stored: JsonObject, options: HetznerOptions): { resource?: HetznerMachine } {
  const [serverId, keyId] = [storedId(stored['ServerID']), storedId(stored['KeyID'])];
  if (serverId === 0 && keyId === 0) return {};
  return { resource: { ...blank(stored, options), serverId, keyId: stored['IsExistingKey'] === true ? 0 : keyId } };
}

function blank(stored: JsonObject, options: HetznerOptions): HetznerMachine {
  const additional = Array.isArray(stored['AdditionalKeyIDs']) ? stored['AdditionalKeyIDs'] : [];
  return {
    endpoint: options.endpoint.replace(/\/+$/, ''),
    ...{ context: '', mark: '', id: '', store: '', serverId: 0, madeAt: '', keyId: 0, firewallId: 0, groupId: 0 },
    name: text(stored['MachineName']),
    additionalKeyIds: additional.map(storedId).filter((id) => id !== 0),
    reach: reachOf(options),
    sshUser: options['ssh-user'],
    sshPort: options['ssh-port'],
  };
}

/** The driver wrote the token down in clear, wherever it came from. */
export function storedSecrets(stored: JsonObject): Readonly<Record<string, string>> {
  return storedWords(stored, { 'api-token': 'AccessToken' });
}
