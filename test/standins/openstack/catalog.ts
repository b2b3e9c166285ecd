import { fixedId, NOW, PROJECT, type Json, type Thing, type World } from './world.js';

const flavor = (name: string, ram: number, vcpus: number, disk: number): Thing => ({
  ...{ id: fixedId(`flavor ${name}`), name, ram, vcpus, disk, swap: 0, 'OS-FLV-EXT-DATA:ephemeral': 0, rxtx_factor: 1 },
  ...{ 'OS-FLV-DISABLED:disabled': false, 'os-flavor-access:is_public': true },
});

export const flavors = (): readonly Thing[] => [
  flavor('m1.tiny', 512, 1, 1),
  flavor('m1.large', 8_192, 4, 80),
  flavor('m1.small', 2_048, 1, 20),
  flavor('v1.diskless', 2_048, 1, 0),
  flavor('a1.ampere', 2_048, 1, 20),
];

const image = (name: string, created: string, of: Json = {}): Thing => ({
  ...{
    id: fixedId(`image ${name}`),
    name,
    status: 'active',
    visibility: 'public',
    min_disk: 10,
    min_ram: 512,
    created_at: created,
  },
  ...{ disk_format: 'qcow2', container_format: 'bare', protected: false, os_hidden: false },
  ...of,
});

export const images = (): readonly Thing[] => [
  image('Debian 13', '2026-10-01T00:00:00Z'),
  image('Ubuntu 24.04', '2026-01-01T00:00:00Z'),
  image('Ubuntu 24.04 LTS', '2026-09-01T00:00:00Z', { os_distro: 'ubuntu', os_version: '24.04' }),
  image('Ubuntu 24.04 arm64', '2026-09-02T00:00:00Z', { architecture: 'aarch64' }),
  image('Ubuntu 24.04 with Docker', '2026-11-02T00:00:00Z'),
  image('my-snapshot', '2026-11-01T00:00:00Z', { os_distro: 'ubuntu', os_version: '24.04', image_type: 'snapshot' }),
];

const network = (name: string, of: Json): Thing => ({
  ...{
    id: fixedId(`network ${name}`),
    name,
    status: 'ACTIVE',
    subnets: [fixedId(`subnet ${name}`)],
    shared: false,
    admin_state_up: true,
  },
  ...{ tenant_id: PROJECT, project_id: PROJECT, 'router:external': false },
  ...of,
});

export const networks = (): readonly Thing[] => [
  network('private', {}),
  network('public', { 'router:external': true, tenant_id: 'admin', project_id: 'admin' }),
];

/** What somebody else has in the project: a machine of the same name of another store among it. */
export function plantForeign(world: World): void {
  const [first] = world.networks;
  const metadata = { 'berth-machine': 'web-1', 'berth-id': 'ffffffffffffffff', 'berth-store': 'eeeeeeeeeeeeeeee' };
  const description = Object.entries(metadata)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const id = fixedId('server');
  world.servers.set(id, {
    ...{ id, name: 'web-1', others: true, volumes: [], status: 'ACTIVE', task: null, fault: undefined, looks: 0 },
    ...{ next: undefined, hidden: 0, address: '10.0.0.2' },
    body: { metadata, tags: ['berth', 'berth-id=ffffffffffffffff', 'berth-store=eeeeeeeeeeeeeeee'] },
  });
  const owned = { tenant_id: PROJECT, project_id: PROJECT };
  const group = (name: string, words: string): Thing => ({
    ...owned,
    id: fixedId(name),
    name,
    description: words,
    tags: [],
  });
  const theirs = group('default', 'Default security group');
  for (const one of [theirs, group('berth-web-1-01234567', ''), group('berth-web-1-ffffffff', description)])
    world.groups.set(one.id, one);
  const port = { id: fixedId('port'), name: '', device_id: id, network_id: first?.id, security_groups: [theirs.id] };
  world.ports.set(port.id, { ...owned, ...port });
  const address = { id: fixedId('address'), name: '', description, floating_ip_address: '192.0.2.2', port_id: port.id };
  world.floatingIps.set(address.id, { ...owned, ...address });
  const volume = { id: fixedId('volume'), name: 'berth-web-1-01234567', metadata: {}, status: 'available', size: 1 };
  world.volumes.set(volume.id, { ...volume, created_at: NOW });
  world.keypairs.set('web-1', { name: 'web-1', public_key: 'ssh-ed25519 CCCC somebody@else', type: 'ssh' });
  const all = [world.servers, world.groups, world.ports, world.floatingIps, world.volumes, world.keypairs];
  for (const things of all) for (const key of things.keys()) world.others.add(key);
}
