import { createHash } from 'node:crypto';
import { invalid, newId, type Json, type World } from './world.js';

export const LOCATIONS = ['fsn1', 'nbg1', 'hel1', 'ash', 'hil', 'sin'] as const;

const GERMANY = { network_zone: 'eu-central', country: 'DE' };
const CITIES: Readonly<Record<string, Json>> = {
  fsn1: { ...GERMANY, city: 'Falkenstein' },
  nbg1: { ...GERMANY, city: 'Nuremberg' },
  hel1: { network_zone: 'eu-central', country: 'FI', city: 'Helsinki' },
  ash: { network_zone: 'us-east', country: 'US', city: 'Ashburn, VA' },
  hil: { network_zone: 'us-west', country: 'US', city: 'Hillsboro, OR' },
  sin: { network_zone: 'ap-southeast', country: 'SG', city: 'Singapore' },
};

export interface ServerType {
  readonly id: number;
  readonly name: string;
  readonly architecture: 'x86' | 'arm';
  readonly memory: number;
  /** Where it is sold, and since when no longer. */
  readonly locations: Readonly<Record<string, string | null>>;
}
const EUROPE = { fsn1: null, nbg1: null, hel1: null };
const LONG_AGO = '2026-01-01T00:00:00Z';

/** As GET /v1/server_types has them in 2026, a few of them. */
export const TYPES: readonly ServerType[] = [
  {
    ...{ id: 104, name: 'cx22', architecture: 'x86', memory: 4 },
    locations: { fsn1: LONG_AGO, nbg1: LONG_AGO, hel1: LONG_AGO },
  },
  { id: 114, name: 'cx23', architecture: 'x86', memory: 4, locations: EUROPE },
  { id: 115, name: 'cpx22', architecture: 'x86', memory: 4, locations: { ...EUROPE, sin: null } },
  { id: 22, name: 'cpx11', architecture: 'x86', memory: 2, locations: { ash: null, hil: null } },
  { id: 45, name: 'cax11', architecture: 'arm', memory: 4, locations: EUROPE },
];

export interface Image {
  readonly id: number;
  readonly name: string | null;
  readonly type: 'system' | 'snapshot';
  readonly architecture: 'x86' | 'arm';
}
export const IMAGES: readonly Image[] = [
  { id: 161_547_269, name: 'ubuntu-24.04', type: 'system', architecture: 'x86' },
  { id: 161_547_270, name: 'ubuntu-24.04', type: 'system', architecture: 'arm' },
  { id: 67_794_396, name: 'ubuntu-22.04', type: 'system', architecture: 'x86' },
  { id: 4_711, name: null, type: 'snapshot', architecture: 'x86' },
];

export function typeView({ locations, ...type }: ServerType): Json {
  const places = Object.entries(locations).map(([name, until]) => ({
    ...{ id: LOCATIONS.indexOf(name as 'fsn1') + 1, name, available: until === null, recommended: until === null },
    deprecation: until === null ? null : { announced: until, unavailable_after: until },
  }));
  const size = { cores: 2, disk: 40, cpu_type: 'shared', storage_type: 'local', category: 'cost_optimized' };
  return {
    ...type,
    ...size,
    description: type.name.toUpperCase(),
    prices: pricesIn(type, locations),
    locations: places,
  };
}

/** Dearer the more there is of memory, and outside Europe. */
function pricesIn({ id, memory }: Pick<ServerType, 'id' | 'memory'>, locations: ServerType['locations']): Json[] {
  return Object.keys(locations).map((location) => {
    const net = memory + id / 1000 + (location in EUROPE ? 0 : 1);
    const price = { net: net.toFixed(4), gross: (net * 1.19).toFixed(4) };
    return { location, price_monthly: price, price_hourly: price, included_traffic: 0 };
  });
}

export function imageView(image: Image): Json {
  const standard = { status: 'available', os_flavor: 'ubuntu', rapid_deploy: true, deprecated: null, labels: {} };
  return { ...image, ...standard, description: image.name ?? 'my snapshot', disk_size: 5 };
}

export function locationView(name: string): Json {
  return { id: LOCATIONS.indexOf(name as 'fsn1') + 1, name, ...CITIES[name] };
}

/** MD5 of the key's bytes, in pairs. */
export function fingerprint(publicKey: string): string {
  const [kind = '', bytes = ''] = publicKey.split(' ');
  if (!/^(ssh|ecdsa)-/.test(kind) || !/^[A-Za-z0-9+/]+=*$/.test(bytes))
    throw invalid('public_key', 'invalid public key');
  const digest = createHash('md5').update(Buffer.from(bytes, 'base64')).digest('hex');
  return (digest.match(/../g) ?? []).join(':');
}

/** What somebody else has in the project: a machine of the same name of another store among it. */
export function plantForeign(world: World): void {
  const [labels, others] = [{}, true];
  const publicKey = 'ssh-ed25519 CCCC somebody@else';
  const id = (): number => newId(world);
  const key = { id: id(), name: 'web-1', labels, others, public_key: publicKey, fingerprint: fingerprint(publicKey) };
  world.ssh_keys.set(key.id, key);
  const rule = { direction: 'in', protocol: 'tcp', port: '22', source_ips: ['0.0.0.0/0'], destination_ips: [] };
  const firewall = { id: id(), name: 'theirs', labels, others, rules: [rule] };
  world.firewalls.set(firewall.id, firewall);
  const network = { id: id(), name: 'internal', labels, others, ip_range: '10.0.0.0/16' };
  world.networks.set(network.id, network);
  const volume = { id: id(), name: 'data', labels, others, location: 'fsn1', server: null };
  world.volumes.set(volume.id, volume);
  const group = { id: id(), name: 'mine', labels, others, type: 'spread' };
  world.placement_groups.set(group.id, group);
  for (const [type, ip] of [
    ['ipv4', '203.0.113.5'],
    ['ipv6', '2001:db8:5::/64'],
  ] as const) {
    const address = {
      ...{ id: id(), name: `my-${type}`, labels, others, type, ip },
      autoDelete: false,
      assignee: null,
    };
    world.primary_ips.set(address.id, { ...address, location: 'fsn1' });
  }
  const theirs = { 'berth-machine': 'web-1', 'berth-id': 'ffffffffffffffff', 'berth-store': '0000000000000000' };
  const server = { id: id(), name: 'theirs', labels: theirs, others, status: 'running', type: 'cx23' };
  const place = { location: 'fsn1', image: 161_547_269, userData: '', keys: [key.id], networks: [], hidden: 0 };
  world.servers.set(server.id, { ...server, ...place, firewalls: [firewall.id], group: group.id });
}
