import { text } from '../../src/cloud/found.js';
import { storedId, storedOption, storedWords } from '../../src/cloud/stored.js';
import type { JsonObject, OptionValues } from '../../src/record.js';
import type { DropletMachine } from './handle.js';
import { options as table, type DropletOptions } from './options.js';

type Key = keyof typeof table;

/** Names of docker-machine's fields, by option. The token is in none that berth writes. */
const FIELDS: readonly (readonly [string, Key])[] = [
  ['Image', 'image'],
  ['Region', 'region'],
  ['Size', 'size'],
  ['IPv6', 'ipv6'],
  ['Backups', 'backups'],
  ['PrivateNetworking', 'private-networking'],
  ['UserDataFile', 'userdata'],
  ['Monitoring', 'monitoring'],
  ['Tags', 'tags'],
  ['SSHKeyFingerprint', 'ssh-key-fingerprint'],
  ['SSHKey', 'ssh-key-path'],
  // berth's own
  ['Endpoint', 'endpoint'],
  ['VPCUUID', 'vpc-uuid'],
  ['UsePrivateNetwork', 'use-private-network'],
  ['DisablePublic', 'disable-public'],
  ['OpenPorts', 'open-port'],
  ['Firewalls', 'firewalls'],
  ['NoFirewall', 'no-firewall'],
];

export function toStored(options: DropletOptions, resource: DropletMachine | undefined): JsonObject {
  return {
    ...Object.fromEntries(FIELDS.map(([field, key]) => [field, options[key] ?? ''])),
    DropletID: resource?.dropletId ?? 0,
    DropletName: resource?.name ?? '',
    SSHKeyID: resource?.keyId ?? 0,
  };
}

export function fromStored(stored: JsonObject): { options: OptionValues; resource?: DropletMachine } {
  const options: Record<string, OptionValues[string]> = {};
  for (const [field, key] of FIELDS) {
    const value = read(stored[field], key);
    if (value !== undefined) options[key] = value;
  }
  options['ssh-user'] = text(stored['SSHUser']) || table['ssh-user'].default;
  options['ssh-port'] = Number(stored['SSHPort']) || table['ssh-port'].default;
  return { options, ...resourceOf(stored, options as unknown as DropletOptions) };
}

/** A snapshot's number is a number in some records. */
function read(value: JsonObject[string], key: Key): OptionValues[string] {
  const spec = table[key];
  return storedOption(spec.kind === 'string' && typeof value === 'number' ? String(value) : value, spec);
}

export function reachOf(options: DropletOptions): DropletMachine['reach'] {
  return options['use-private-network'] || options['disable-public'] ? 'private' : 'public';
}

/** The version is berth's to name; users of other programs give the address with it. */
export function withoutVersion(endpoint: string): string {
  return endpoint.replace(/\/+$/, '').replace(/\/v2$/, '');
}

/** The handle of a machine that docker-machine made: it carries no tags of berth's. */
function resourceOf(stored: JsonObject, options: DropletOptions): { resource?: DropletMachine } {
  const [dropletId, keyId] = [storedId(stored['DropletID']), storedId(stored['SSHKeyID'])];
  if (dropletId === 0 && keyId === 0) return {};
  return {
    resource: {
      endpoint: withoutVersion(options.endpoint),
      ...{ context: '', mark: '', team: '' },
      name: text(stored['DropletName']) || text(stored['MachineName']),
      ...{ id: '', store: '', madeAt: '', keyFingerprint: '', firewallId: '' },
      dropletId,
      // A fingerprint is of a key that the user has named.
      keyId: text(stored['SSHKeyFingerprint']) === '' ? keyId : 0,
      isGpu: options.size.includes('gpu-'),
      reach: reachOf(options),
      sshUser: options['ssh-user'],
      sshPort: options['ssh-port'],
    },
  };
}

/** docker-machine wrote the token into the record in clear. */
export function storedSecrets(stored: JsonObject): Readonly<Record<string, string>> {
  return storedWords(stored, { 'access-token': 'AccessToken' });
}
