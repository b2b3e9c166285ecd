import { text } from '../../src/cloud/found.js';
import { storedWords } from '../../src/cloud/stored.js';
import type { OptionTable } from '../../src/driver.js';
import { isObject } from '../../src/json.js';
import type { JsonObject, OptionValues } from '../../src/record.js';
import type { GoogleMachine } from './machine.js';
import { options, type GoogleOptions } from './options.js';

const table: OptionTable = options;

/** docker-machine's fields and the forks', by option; all of them are stored as they are given. */
const FIELDS: Readonly<Record<string, string>> = {
  zone: 'Zone',
  'machine-type': 'MachineType',
  'machine-image': 'MachineImage',
  'disk-type': 'DiskType',
  address: 'Address',
  network: 'Network',
  subnetwork: 'Subnetwork',
  preemptible: 'Preemptible',
  'use-internal-ip': 'UseInternalIP',
  'use-internal-ip-only': 'UseInternalIPOnly',
  'service-account': 'ServiceAccount',
  scopes: 'Scopes',
  'disk-size': 'DiskSize',
  project: 'Project',
  tags: 'Tags',
  'use-existing': 'UseExisting',
  'open-port': 'OpenPorts',
  'min-cpu-platform': 'MinCPUPlatform',
  accelerator: 'Accelerator',
  'maintenance-policy': 'MaintenancePolicy',
  'skip-firewall-create': 'SkipFirewall',
  'provisioned-iops': 'ProvisionedIops',
  'provisioned-throughput': 'ProvisionedThroughput',
  region: 'Region',
  userdata: 'Userdata',
};

/** The record as docker-machine and GitLab's fork read it: the place where the machine is, not the choices there were. */
export function toStored(options: GoogleOptions, resource: GoogleMachine | undefined): JsonObject {
  const given: OptionValues = options;
  const place = resource ? { Project: resource.project, Zone: resource.zone } : {};
  const fields = Object.entries(FIELDS).map(([key, field]) => [field, given[key] ?? empty(key)] as const);
  return {
    ...Object.fromEntries(fields),
    ...place,
    Labels: [...options.label],
    Metadata: pairs(options.metadata),
    MetadataFromFile: pairs(options['metadata-from-file']),
  };
}

function empty(key: string): string | number | boolean | readonly string[] {
  const kind = table[key]?.kind ?? 'string';
  return { string: '', integer: 0, boolean: false, list: [] }[kind];
}

function pairs(list: readonly string[]): JsonObject {
  return Object.fromEntries(list.map((pair) => [pair.split('=')[0] ?? '', pair.slice(pair.indexOf('=') + 1)] as const));
}

/** What docker-machine or a fork stored. A place makes a handle: instance and disk are named as the machine is. */
export function fromStored(stored: JsonObject): { options: OptionValues; resource?: GoogleMachine } {
  const read = Object.entries(FIELDS).map(([key, field]) => [key, value(key, stored[field])] as const);
  const found = {
    ...defaults(),
    ...Object.fromEntries(read.filter(([, one]) => one !== undefined)),
    username: text(stored['SSHUser']) || options.username.default,
    label: labels(stored['Labels']),
    metadata: unpaired(stored['Metadata']),
    'metadata-from-file': unpaired(stored['MetadataFromFile']),
  };
  const resource = machineOf(stored, found);
  return { options: found, ...(resource ? { resource } : {}) };
}

/** docker-machine stores every field: what is not there was not known to it, and is as it would be today. */
function defaults(): Record<string, OptionValues[string]> {
  const found: Record<string, OptionValues[string]> = {};
  for (const [key, spec] of Object.entries(table)) {
    if ('default' in spec) found[key] = spec.default;
    else if (spec.kind === 'boolean') found[key] = false;
    else if (spec.kind === 'list') found[key] = [];
  }
  return found;
}

function value(key: string, found: unknown): OptionValues[string] {
  const kind = table[key]?.kind;
  if (kind === 'list') return Array.isArray(found) ? found.map(String) : [];
  if (kind === 'boolean') return found === true;
  if (kind === 'integer') return Number(found) || undefined;
  return text(found) || undefined;
}

/** A list of "key:value" in GitLab's fork, the text "key,value,key,value" in Rancher's. */
function labels(found: unknown): string[] {
  if (Array.isArray(found)) return found.map(String);
  const words = text(found).split(',');
  return words.flatMap((word, index) => (index % 2 === 1 ? [`${words[index - 1]}:${word}`] : []));
}

function unpaired(found: unknown): string[] {
  return isObject(found) ? Object.entries<unknown>(found).map(([key, value]) => `${key}=${String(value)}`) : [];
}

function machineOf(stored: JsonObject, found: OptionValues): GoogleMachine | undefined {
  const [project, name] = [text(stored['Project']), text(stored['MachineName'])];
  // GitLab's bulk inserts are placed by Google; the zone is known afterwards.
  const zone = text(stored['ResolvedZone']) || text(stored['Zone']);
  if (project === '' || zone === '' || name === '') return undefined;
  const network = text(found['network']);
  return {
    project,
    zone,
    instance: name,
    disk: `${name}-disk`,
    name,
    id: '',
    store: '',
    tag: '',
    network: network.includes('/') ? network : `projects/${project}/global/networks/${network || 'default'}`,
    user: text(found['username']),
    internal: found['use-internal-ip'] === true || found['use-internal-ip-only'] === true,
    foreign: stored['UseExisting'] === true,
    firewall: stored['SkipFirewall'] !== true,
    attempt: 0,
  };
}

/** Rancher's fork wrote the JSON of the service account into the record. */
export function storedSecrets(stored: JsonObject): Readonly<Record<string, string>> {
  return storedWords(stored, { 'auth-encoded-json': 'Auth' });
}
