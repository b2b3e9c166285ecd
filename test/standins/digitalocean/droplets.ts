import type { StandInRequest } from '../server.js';
import { IMAGES, REGIONS, SIZE_SLUGS, VPCS } from './catalog.js';
import { DROPLET, parseBody } from './shapes.js';
import { nextId, notFound, unprocessable, type Droplet, type Json, type World } from './world.js';

const TAG = /^[a-zA-Z0-9_\-:]{1,255}$/;

export function createDroplet(world: World, { body: text }: StandInRequest): Json {
  const body = parseBody(text, DROPLET);
  checkDroplet(world, body);
  const tags = [...((body['tags'] ?? []) as string[])];
  tags.forEach((tag) => world.tags.add(tag));
  const droplet: Droplet = {
    ...{ id: nextId(world), body, tags, status: 'new', address: '', hidden: world.lookupsUntilSeen },
    ...{ looks: world.machinery ? undefined : 2, isGoing: false, event: undefined },
  };
  world.droplets.set(droplet.id, droplet);
  boot(world, droplet);
  return { droplet: shown(droplet), links: { actions: [{ id: nextId(world), rel: 'create', href: 'x' }] } };
}

/** What the interface checks beyond types, in its words. */
function checkDroplet(world: World, body: Json): void {
  const { name, region, size, image, ssh_keys: keys, user_data: userData, tags = [], vpc_uuid: vpc } = body;
  if (!/^[a-zA-Z0-9]?[a-z0-9A-Z.-]*[a-z0-9A-Z]$/.test(String(name)) || String(name).length > 255)
    throw unprocessable('Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)');
  if (!SIZE_SLUGS.has(String(size))) throw unprocessable('You specified an invalid size for Droplet creation.');
  const place = REGIONS.find(({ slug }) => slug === region);
  if (!place || place['available'] === false) throw unprocessable('Region is not available');
  if (!(place['sizes'] as string[]).includes(String(size)) || world.soldOut.has(`${String(region)} ${String(size)}`))
    throw unprocessable('Size is not available in this region.');
  const source = IMAGES.find(({ id, slug }) => id === image || slug === image);
  if (!source || !(source['regions'] as string[]).includes(String(region)))
    throw unprocessable('You specified an invalid image for Droplet creation.');
  if (vpc !== undefined && !VPCS.some(({ id, region: own }) => id === vpc && own === region))
    throw unprocessable('The VPC is not in the region of the Droplet.');
  const unknown = ((keys ?? []) as (number | string)[]).find(
    (key) => ![...world.keys.values()].some(({ id, fingerprint }) => id === key || fingerprint === key),
  );
  if (unknown !== undefined) throw unprocessable(`${unknown} are invalid key identifiers for Droplet creation.`);
  if (typeof userData === 'string' && Buffer.byteLength(userData) > 65_536)
    throw unprocessable('User data is too long.');
  if ((tags as string[]).some((tag) => !TAG.test(tag))) throw unprocessable('Tag name is invalid.');
  if (body['public_networking'] === false && body['ipv6'] === true) throw unprocessable('ipv6 must be false.');
  if (world.droplets.size >= world.dropletLimit)
    throw unprocessable('creating this/these droplet(s) will exceed your droplet limit');
}

function boot(world: World, droplet: Droplet): void {
  const { name, ssh_keys: keys } = droplet.body;
  const userData = typeof droplet.body['user_data'] === 'string' ? droplet.body['user_data'] : '';
  const loginKeys = [...world.keys.values()]
    .filter(({ id, fingerprint }) => ((keys ?? []) as unknown[]).some((key) => key === id || key === fingerprint))
    .map(({ public_key: publicKey }) => publicKey);
  void world.machinery
    ?.boot({ id: String(droplet.id), name: String(name), userData: userData, loginKeys })
    .then((address) => Object.assign(droplet, { address, status: 'active' }));
}

/** Time goes by with every look. */
function look(world: World, droplet: Droplet): void {
  if (droplet.looks !== undefined && droplet.looks > 0) {
    droplet.looks -= 1;
    if (droplet.looks > 0) return;
    if (droplet.isGoing) unmake(world, droplet);
    else if (droplet.status === 'new')
      Object.assign(droplet, { status: 'active', address: `203.0.113.${droplet.id % 250}` });
  }
}

/** @throws Refused for one that is not there, or not to be seen yet */
export function findDroplet(world: World, id: number): Droplet {
  const droplet = world.droplets.get(id);
  if (!droplet) throw notFound();
  if (droplet.hidden > 0) {
    droplet.hidden -= 1;
    throw notFound();
  }
  look(world, droplet);
  if (!world.droplets.has(id)) throw notFound();
  return droplet;
}

/** Those with GPUs apart (resources/droplets/droplets_list.yml). */
export function listDroplets(world: World, query: URLSearchParams): readonly Json[] {
  const tag = query.get('tag_name');
  return [...world.droplets.keys()].flatMap((id) => {
    try {
      const droplet = findDroplet(world, id);
      const isOfKind = String(droplet.body['size']).startsWith('gpu-') === (query.get('type') === 'gpus');
      return isOfKind && (tag === null || droplet.tags.includes(tag)) ? [shown(droplet)] : [];
    } catch {
      return [];
    }
  });
}

/** Accepted at once, done later; refused while another event of the droplet is under way, its making too. */
export function deleteDroplet(world: World, id: number): void {
  const droplet = findDroplet(world, id);
  if (droplet.status === 'new' || droplet.event?.status === 'in-progress')
    throw unprocessable('Droplet already has a pending event.');
  if (droplet.isGoing) return;
  Object.assign(droplet, { isGoing: true, looks: 1 });
}

function unmake(world: World, droplet: Droplet): void {
  world.droplets.delete(droplet.id);
  for (const firewall of world.firewalls.values())
    firewall.droplet_ids = firewall.droplet_ids.filter((id) => id !== droplet.id);
  void world.machinery?.remove(String(droplet.id));
}

/** resources/droplets/models/droplet.yml */
export function shown(droplet: Droplet): Json {
  const { id, body, status, tags, address, event } = droplet;
  const privateAddress = { ip_address: `10.108.0.${id % 250}`, netmask: '255.255.240.0', type: 'private' };
  const publicAddress = { ip_address: address, netmask: '255.255.240.0', gateway: '203.0.113.1', type: 'public' };
  const isPublic = body['public_networking'] !== false;
  return {
    ...{ id, name: body['name'], memory: 1_024, vcpus: 1, disk: 25, status, tags },
    locked: status === 'new' || event?.status === 'in-progress',
    created_at: '2026-11-21T10:00:00Z',
    ...{ features: [], backup_ids: [], snapshot_ids: [], volume_ids: [], next_backup_window: null },
    image: IMAGES.find(({ id: image, slug }) => image === body['image'] || slug === body['image']),
    ...{ size: { slug: body['size'] }, size_slug: body['size'] },
    networks:
      address === '' ? { v4: [], v6: [] } : { v4: [privateAddress, ...(isPublic ? [publicAddress] : [])], v6: [] },
    region: REGIONS.find(({ slug }) => slug === body['region']),
  };
}
