import { text } from '../../src/cloud/found.js';
import { storedOption, storedWords } from '../../src/cloud/stored.js';
import { isObject } from '../../src/json.js';
import type { JsonObject, OptionValues } from '../../src/record.js';
import { placeOf } from './environment.js';
import type { AzureMachine } from './handle.js';
import { options as table, type AzureOptions } from './options.js';

type Key = keyof typeof table;

/** Names of docker-machine's fields, Rancher's, and berth's own, by option. The secret is in none. */
const FIELDS: readonly (readonly [string, Key])[] = [
  ['ClientID', 'client-id'],
  ['Environment', 'environment'],
  ['SubscriptionID', 'subscription-id'],
  ['ResourceGroup', 'resource-group'],
  ['DockerPort', 'docker-port'],
  ['Location', 'location'],
  ['Size', 'size'],
  ['Image', 'image'],
  ['VirtualNetwork', 'vnet'],
  ['SubnetName', 'subnet'],
  ['SubnetPrefix', 'subnet-prefix'],
  ['AvailabilitySet', 'availability-set'],
  ['StorageType', 'storage-type'],
  ['OpenPorts', 'open-port'],
  ['PrivateIPAddr', 'private-ip-address'],
  ['UsePrivateIP', 'use-private-ip'],
  ['NoPublicIP', 'no-public-ip'],
  ['DNSLabel', 'dns'],
  ['StaticPublicIP', 'static-public-ip'],
  ['CustomDataFile', 'custom-data'],
  // Rancher's
  ['TenantID', 'tenant-id'],
  ['NSG', 'nsg'],
  ['Plan', 'plan'],
  ['ManagedDisks', 'managed-disks'],
  ['FaultCount', 'fault-domain-count'],
  ['UpdateCount', 'update-domain-count'],
  ['DiskSize', 'disk-size'],
  ['AvailabilityZone', 'availability-zone'],
  ['EnablePublicIPStandardSKU', 'enable-public-ip-standard-sku'],
  ['AcceleratedNetworking', 'accelerated-networking'],
  // berth's own
  ['Spot', 'spot'],
  ['SpotMaxPrice', 'spot-max-price'],
  ['IPv6', 'ipv6'],
  ['IPv6SubnetPrefix', 'ipv6-subnet-prefix'],
  ['DiskEncryptionSet', 'disk-encryption-set'],
  ['EncryptionAtHost', 'encryption-at-host'],
  ['Identity', 'identity'],
  ['ClientCertificatePath', 'client-certificate-path'],
  ['Endpoint', 'endpoint'],
  ['AuthorityHost', 'authority-host'],
  ['Audience', 'audience'],
];

export function toStored(options: AzureOptions, resource: AzureMachine | undefined): JsonObject {
  const values = FIELDS.map(([field, key]) => [field, options[key] ?? (table[key].kind === 'integer' ? 0 : '')]);
  return {
    ...(Object.fromEntries(values) as JsonObject),
    ...(resource ? { SubscriptionID: resource.subscription } : {}),
    Tags: parseTags(options.tags ?? ''),
  };
}

export function fromStored(stored: JsonObject): { options: OptionValues; resource?: AzureMachine } {
  const options: Record<string, OptionValues[string]> = {};
  for (const [field, key] of FIELDS) {
    const value = storedOption(stored[field], table[key]);
    if (value !== undefined) options[key] = value;
  }
  const tags = tagsOf(stored['Tags']);
  if (tags !== '') options['tags'] = tags;
  options['ssh-user'] = text(stored['SSHUser']) || table['ssh-user'].default;
  const resource = formerMachine(stored, options as unknown as AzureOptions);
  return { options, ...(resource ? { resource } : {}) };
}

/** An object in Rancher's records and in ours; the option is a line of text. */
function tagsOf(value: JsonObject[string]): string {
  if (typeof value === 'string') return value;
  if (!isObject(value)) return '';
  return Object.entries(value)
    .map(([key, one]) => `${key}=${typeof one === 'string' ? one : ''}`)
    .join(',');
}

/** `key=value,…`, or Rancher's `key,value,…`. */
export function parseTags(line: string): Readonly<Record<string, string>> {
  const words = line.split(',').map((word) => word.trim());
  if (words.join('') === '') return {};
  if (line.includes('='))
    return Object.fromEntries(
      words.filter((word) => word !== '').map((word) => [word.split('=', 1)[0] ?? '', word.replace(/^[^=]*=?/, '')]),
    );
  const pairs = words.flatMap((word, index) => (index % 2 === 0 ? [[word, words[index + 1] ?? ''] as const] : []));
  return Object.fromEntries(pairs);
}

/**
 * The handle of a machine that docker-machine or Rancher's fork made: names follow from the machine's, nothing is tagged.
 * Without a resource group it was a machine of the classic deployment model, which Azure has closed.
 */
function formerMachine(stored: JsonObject, options: AzureOptions): AzureMachine | undefined {
  const [name, group] = [text(stored['MachineName']), text(stored['ResourceGroup'])];
  if (name === '' || group === '') return undefined;
  return {
    ...placeOrPublic(options),
    subscription: options['subscription-id'] ?? '',
    tenant: options['tenant-id'] ?? '',
    clientId: options['client-id'] ?? '',
    certificatePath: options['client-certificate-path'] ?? '',
    name,
    id: '',
    store: '',
    location: options.location,
    group,
    vm: name,
    disk: `${name}-os-disk`,
    nic: `${name}-nic`,
    publicIp: options['no-public-ip'] ? '' : `${name}-ip`,
    nsg: options.nsg === undefined ? `${name}-firewall` : '',
    network: networkOf(options),
    availabilitySet: options['availability-zone'] === undefined ? options['availability-set'] : '',
    user: options['ssh-user'],
    reach: reachOf(options),
  };
}

/** Reading a record never fails: a cloud that is closed is told of when the machine is used. */
function placeOrPublic(options: AzureOptions): ReturnType<typeof placeOf> {
  try {
    return placeOf(options);
  } catch {
    return placeOf({ environment: table.environment.default });
  }
}

/** `[resource-group:]vnet` */
export function networkOf(options: AzureOptions): AzureMachine['network'] {
  const [first = '', second] = options.vnet.split(':', 2);
  const [group, vnet] = second === undefined ? [options['resource-group'], first] : [first, second];
  return { group, vnet, subnet: options.subnet, ownsSubnet: false };
}

export function reachOf(options: AzureOptions): AzureMachine['reach'] {
  if (options['use-private-ip'] || options['no-public-ip']) return 'private';
  return options.dns === undefined ? 'public' : 'name';
}

/** docker-machine wrote the application's secret into the record in clear. */
export function storedSecrets(stored: JsonObject): Readonly<Record<string, string>> {
  return storedWords(stored, { 'client-secret': 'ClientSecret' });
}
