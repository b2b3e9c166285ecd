import { fault, get, neutronError, newId, PROJECT, type Json, type Server, word, type World } from './world.js';

const bad = (message: string): never => {
  throw fault(400, 'badRequest', message);
};
const list = (value: unknown): readonly Json[] => (value ?? []) as readonly Json[];

/** api-ref/compute, "Create Server", as of microversion 2.52. */
export function createServer(world: World, body: Json): Json {
  const asked = body['server'] as Json;
  const flavor = world.flavors.find(({ id }) => id === asked['flavorRef']) ?? bad('Invalid flavorRef provided.');
  const devices = list(asked['block_device_mapping_v2']);
  const boot = devices.find((one) => one['boot_index'] === 0);
  const imageId =
    asked['imageRef'] ?? (boot?.['source_type'] === 'volume' ? undefined : bad('Invalid imageRef provided.'));
  if (imageId !== undefined && !world.images.some(({ id }) => id === imageId)) bad(`Can not find requested image`);
  if (imageId !== undefined && Number(flavor['disk']) === 0)
    throw fault(403, 'forbidden', 'Only volume-backed servers are allowed for flavors with zero disk.');
  const key = asked['key_name'];
  if (key !== undefined && !world.keypairs.has(word(key))) bad('Invalid key_name provided.');
  const zone = word(asked['availability_zone'] ?? 'nova');
  if (!world.zones.includes(zone)) bad('The requested availability zone is not available');
  const tags = (asked['tags'] ?? []) as readonly string[];
  if (tags.some((tag) => tag.length > 60 || /[,/]/.test(tag))) bad('Invalid input for field/attribute tags.');
  for (const { name } of list(asked['security_groups']))
    if (![...world.groups.values()].some((one) => [one.id, one.name].includes(String(name))))
      bad(`Security group ${String(name)} not found for project ${PROJECT}.`);
  const server = serverOf(world, asked, devices);
  world.servers.set(server.id, server);
  takePorts(world, server);
  const hasRoom = !world.soldOut.has(String(flavor.name)) && !world.soldOut.has(`${flavor.name} ${zone}`);
  begin(server, 'scheduling', () => (hasRoom ? spawn(world, server) : fail(server)));
  return { server: { id: server.id, links: [], security_groups: [{ name: 'x' }], adminPass: 'secretOfTheServer' } };
}

function serverOf(world: World, asked: Json, devices: readonly Json[]): Server {
  const volumes = devices.filter((one) => one['source_type'] === 'volume');
  for (const { uuid } of volumes) {
    const volume = get(world.volumes, uuid, () =>
      fault(400, 'badRequest', `Volume ${String(uuid)} could not be found.`),
    );
    if (volume['status'] !== 'available') bad(`Invalid volume: volume ${volume.id} status must be 'available'.`);
    world.volumes.set(volume.id, { ...volume, status: 'in-use' });
  }
  return {
    ...{ id: newId(), name: String(asked['name']), body: asked, others: false, status: 'BUILD', task: null },
    ...{ fault: undefined, looks: 0, next: undefined, hidden: world.lookupsUntilSeen, address: '' },
    volumes: volumes.map((one) => ({ id: String(one['uuid']), goes: one['delete_on_termination'] === true })),
  };
}

function takePorts(world: World, server: Server): void {
  const groups = list(server.body['security_groups']).map(({ name }) => name);
  for (const asked of list(server.body['networks'])) {
    const found = world.networks.find(({ id }) => id === asked['uuid']);
    if (!found) throw neutronError(404, 'NetworkNotFound', `Network ${String(asked['uuid'])} could not be found.`);
    world.next += 1;
    const ip = word(asked['fixed_ip'] ?? `10.0.0.${(world.next % 250) + 3}`);
    server.address ||= ip;
    const port = { id: newId(), name: '', device_id: server.id, network_id: found.id, security_groups: groups };
    const fixed = [{ ip_address: ip }, { ip_address: `2001:db8::${world.next.toString(16)}` }];
    const owned = { tenant_id: PROJECT, project_id: PROJECT, port_security_enabled: true };
    world.ports.set(port.id, { ...owned, ...port, fixed_ips: fixed });
  }
}

export function begin(server: Server, task: string, next: () => void): void {
  server.task = task;
  server.looks = 1;
  server.next = next;
}

function fail(server: Server): void {
  Object.assign(server, { status: 'ERROR', task: null, next: undefined });
  server.fault = 'No valid host was found. There are not enough hosts available.';
}

function spawn(world: World, server: Server): void {
  const run = (): void => void Object.assign(server, { status: 'ACTIVE', task: null, next: undefined });
  begin(server, 'spawning', run);
  if (!world.machinery) return;
  server.next = undefined;
  const { id, name, body } = server;
  const key = world.keypairs.get(String(body['key_name']))?.public_key;
  const userData = Buffer.from(word(body['user_data'] ?? ''), 'base64').toString('utf8');
  void world.machinery.boot({ id, name, userData, loginKeys: key === undefined ? [] : [key] }).then(
    (address) => {
      settle(world, server, address);
      run();
    },
    (error: unknown) => void Object.assign(server, { status: 'ERROR', task: null, fault: String(error) }),
  );
}

/** Where a real host stands behind the server, its address is the fixed and the floating one. */
export function settle(world: World, server: Server, address: string): void {
  server.address = address;
  for (const port of world.ports.values()) {
    if (port['device_id'] !== server.id) continue;
    world.ports.set(port.id, { ...port, fixed_ips: [{ ip_address: address }] });
    for (const one of world.floatingIps.values())
      if (one['port_id'] === port.id) world.floatingIps.set(one.id, { ...one, floating_ip_address: address });
  }
}

/** Each look lets some time go by; undefined while it is not to be seen yet, or no longer. */
export function seen(world: World, server: Server): Json | undefined {
  if (server.hidden > 0) {
    server.hidden -= 1;
    return undefined;
  }
  if (server.looks > 0) server.looks -= 1;
  else server.next?.();
  return world.servers.has(server.id) ? view(world, server) : undefined;
}

function view(world: World, server: Server): Json {
  const { id, name, body, status, task, fault: message } = server;
  const ports = [...world.ports.values()].filter((port) => port['device_id'] === id);
  const addresses = ports.map((port): [string, unknown] => {
    const found = world.networks.find((one) => one.id === port['network_id']);
    const fixed = list(port['fixed_ips']).map(({ ip_address: addr }) => addressView(String(addr), 'fixed'));
    const floating = [...world.floatingIps.values()]
      .filter((one) => one['port_id'] === port.id)
      .map((one) => addressView(String(one['floating_ip_address']), 'floating'));
    return [String(found?.name), [...fixed, ...floating]];
  });
  return {
    ...{ id, name, status, tenant_id: PROJECT, metadata: body['metadata'] ?? {}, tags: body['tags'] ?? [] },
    addresses: status === 'BUILD' ? {} : Object.fromEntries(addresses),
    ...{ 'OS-EXT-STS:task_state': task, 'OS-EXT-STS:vm_state': status.toLowerCase(), accessIPv4: '', accessIPv6: '' },
    ...(message === undefined ? {} : { fault: { code: 500, created: '2026-11-21T10:00:00Z', message } }),
  };
}

function addressView(addr: string, type: string): Json {
  return {
    addr,
    version: addr.includes(':') ? 6 : 4,
    'OS-EXT-IPS:type': type,
    'OS-EXT-IPS-MAC:mac_addr': 'fa:16:3e:00:00:01',
  };
}

export function deleteServer(world: World, server: Server): void {
  if (server.task === 'deleting') return;
  begin(server, 'deleting', () => {
    for (const port of world.ports.values()) {
      if (port['device_id'] !== server.id) continue;
      world.ports.delete(port.id);
      for (const one of world.floatingIps.values())
        if (one['port_id'] === port.id) world.floatingIps.set(one.id, { ...one, port_id: null });
    }
    for (const { id, goes } of server.volumes) {
      const volume = world.volumes.get(id);
      if (volume) world.volumes.set(id, { ...volume, status: goes ? 'deleting' : 'available', looks: 0 });
    }
    world.servers.delete(server.id);
  });
  const { machinery } = world;
  if (!machinery) return;
  const end = server.next;
  server.next = undefined;
  void machinery.remove(server.id).finally(() => (server.next = end));
}
