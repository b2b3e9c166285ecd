import { IMAGES, TYPES, type ServerType } from './catalog.js';
import { power } from './power.js';
import { serverView } from './server-view.js';
import {
  actionView,
  begin,
  checkName,
  get,
  invalid,
  newId,
  Refused,
  type Json,
  type Labels,
  type Server,
  type World,
} from './world.js';

/** docs.hetzner.cloud, "Create a Server". */
export function createServer(world: World, body: Json): Json {
  const server = checkedServer(world, body);
  const stock = world.soldOut.get(server.type) ?? world.soldOut.get(`${server.type} ${server.location}`);
  if (stock === 'at once') throw new Refused(412, 'resource_unavailable', 'requested server type is unavailable');
  world.servers.set(server.id, server);
  takeAddresses(world, server, body['public_net'] as Json | undefined);
  for (const volume of ids(body['volumes'])) get(world.volumes, volume, 'volume').server = server.id;
  const created = begin(world, 'create_server', server.id, () => {
    if (stock === 'later') {
      created.status = 'error';
      created.error = { code: 'resource_unavailable', message: 'no host has room for the server' };
    } else server.status = 'starting';
  });
  const next = stock === 'later' ? [] : [power(world, server, 'start_server')];
  return {
    server: serverView(world, server),
    action: actionView(created),
    next_actions: next.map(actionView),
    root_password: null,
  };
}

function checkedServer(world: World, body: Json): Server {
  const name = checkName(world.servers, body['name'], 'server');
  if (!/^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/.test(name))
    throw invalid('name', 'name is no valid host name');
  const type = TYPES.find((one) => [one.id, one.name].includes(body['server_type'] as string));
  if (!type) throw invalid('server_type', 'server type not found');
  const location = locationOf(type, body['location'] as string | undefined);
  const image = IMAGES.find((one) => [one.id, one.name].includes(body['image'] as string));
  if (!image) throw invalid('image', 'image not found');
  if (image.architecture !== type.architecture) throw invalid('image', 'image does not fit the architecture');
  const userData = (body['user_data'] ?? '') as string;
  if (Buffer.byteLength(userData) > 32_768) throw invalid('user_data', 'Length must be between 0 and 32768.');
  const keys = ids(body['ssh_keys']).map((id) => get(world.ssh_keys, id, 'ssh key').id);
  const networks = ids(body['networks']).map((id) => get(world.networks, id, 'network').id);
  const asked = (body['firewalls'] ?? []) as readonly { readonly firewall: number }[];
  const firewalls = asked.map(({ firewall }) => get(world.firewalls, firewall, 'firewall').id);
  const net = body['public_net'] as { enable_ipv4?: boolean; enable_ipv6?: boolean } | undefined;
  const isPrivate = net?.enable_ipv4 === false && net.enable_ipv6 === false;
  if (isPrivate && networks.length === 0) throw invalid('public_net', 'a server needs a network of some kind');
  if (isPrivate && firewalls.length > 0)
    throw new Refused(422, 'private_net_only_server', 'the server has no public interface');
  for (const id of ids(body['volumes'])) checkVolume(world, id, location);
  const id = newId(world);
  return {
    ...{ id, name, labels: (body['labels'] ?? {}) as Labels, others: false, status: 'initializing' },
    ...{ type: type.name, location, image: image.id, userData, keys, firewalls, hidden: world.lookupsUntilSeen },
    networks: networks.map((network) => ({ network, ip: `10.0.0.${(id % 200) + 2}` })),
    group: placed(world, body['placement_group']),
  };
}

function locationOf({ locations }: ServerType, wanted: string | undefined): string {
  const place = wanted ?? Object.keys(locations).find((one) => locations[one] === null) ?? '';
  if (!(place in locations)) throw invalid('location', 'unsupported location for server type');
  if (locations[place] !== null) throw new Refused(422, 'invalid_server_type', 'server type is deprecated');
  return place;
}

function checkVolume(world: World, id: number, location: string): void {
  const volume = get(world.volumes, id, 'volume');
  if (volume.server !== null) throw new Refused(422, 'volume_already_attached', 'volume is attached to another server');
  if (volume.location !== location) throw invalid('volumes', 'volume is in another location');
}

function placed(world: World, id: unknown): number | null {
  if (id === undefined) return null;
  const group = get(world.placement_groups, id, 'placement group');
  const members = [...world.servers.values()].filter((one) => one.group === group.id);
  if (members.length >= 10) throw new Refused(422, 'placement_error', 'the placement group is full');
  return group.id;
}

/** Addresses that a server brings along go with it. */
function takeAddresses(world: World, server: Server, net: Json = { enable_ipv4: true, enable_ipv6: true }): void {
  for (const type of ['ipv4', 'ipv6'] as const) {
    if (net[`enable_${type}`] !== true) continue;
    if (net[type] === undefined) {
      const id = newId(world);
      const ip = type === 'ipv4' ? `192.0.2.${(id % 250) + 1}` : `2001:db8:0:${id.toString(16)}::/64`;
      const address = { id, name: `primary_ip-${id}`, labels: {}, others: false, type, ip, autoDelete: true };
      world.primary_ips.set(id, { ...address, location: server.location, assignee: server.id });
      continue;
    }
    const address = get(world.primary_ips, net[type], 'primary IP');
    if (address.type !== type) throw new Refused(412, 'primary_ip_version_mismatch', 'wrong IP version');
    if (address.assignee !== null) throw new Refused(422, 'primary_ip_assigned', 'primary IP is already assigned');
    if (address.location !== server.location)
      throw new Refused(422, 'primary_ip_datacenter_mismatch', 'primary IP is in a different location');
    address.assignee = server.id;
  }
}

function ids(value: unknown): readonly number[] {
  return (value ?? []) as readonly number[];
}
