import type { StandInAnswer } from '../server.js';
import { lookAtVolume, showVolume } from './cinder.js';
import { filtered, neutronLists } from './neutron.js';
import { seen } from './servers.js';
import { fault, get, neutronError, type Json, type Thing, type World } from './world.js';

/** Any GET but Glance's. */
export function list(world: World, url: URL): Json {
  const [, service = '', , ...rest] = url.pathname.split('/').map(decodeURIComponent);
  if (service === 'compute') return compute(world, rest, url.searchParams);
  if (service === 'network') return network(world, rest, url.searchParams);
  if (service === 'volume') return volume(world, rest.slice(1), url.searchParams);
  throw fault(404, 'itemNotFound', 'The resource could not be found.');
}

/** What lists of servers may be asked with by users who are no administrators, a few of all. */
const SERVER_QUERY = ['tags', 'tags-any', 'name', 'status', 'limit', 'marker'];

function compute(world: World, [what, id]: readonly string[], query: URLSearchParams): Json {
  if (what === 'servers' && id === 'detail') return servers(world, query);
  if (what === 'servers') {
    const server = world.servers.get(String(id));
    const shown = server && seen(world, server);
    if (!shown) throw fault(404, 'itemNotFound', `Instance ${String(id)} could not be found.`);
    return { server: shown };
  }
  if (what === 'os-keypairs' && id !== undefined)
    return { keypair: get(world.keypairs, id, () => fault(404, 'itemNotFound', `Keypair ${id} not found`)) };
  const answers: Readonly<Record<string, () => Json>> = {
    flavors: () => ({ flavors: world.flavors }),
    'os-keypairs': () => ({ keypairs: [...world.keypairs.values()].map((keypair) => ({ keypair })) }),
    'os-server-groups': () => ({ server_groups: world.serverGroups }),
    'os-availability-zone': () => zones(world),
    limits: () => ({ limits: { rate: [], absolute: world.limits } }),
  };
  const answer = answers[String(what)];
  if (!answer) throw fault(404, 'itemNotFound', 'The resource could not be found.');
  return answer();
}

function zones({ zones: all }: World): Json {
  return { availabilityZoneInfo: all.map((zoneName) => ({ zoneName, zoneState: { available: true }, hosts: null })) };
}

function servers(world: World, query: URLSearchParams): Json {
  for (const key of query.keys())
    if (!SERVER_QUERY.includes(key)) throw fault(400, 'badRequest', `Additional properties are not allowed (${key})`);
  const tags = query.get('tags')?.split(',') ?? [];
  const all = [...world.servers.values()].filter(({ body, name }) => {
    const own = (body['tags'] ?? []) as readonly string[];
    return tags.every((tag) => own.includes(tag)) && new RegExp(query.get('name') ?? '').test(name);
  });
  const { items, links } = paged(all, world.pageSize, query);
  const shown = items.map((server) => seen(world, server)).filter((one) => one !== undefined);
  return { servers: shown, ...(links ? { servers_links: links } : {}) };
}

function paged<T extends { readonly id: string }>(
  all: readonly T[],
  size: number,
  query: URLSearchParams,
): { readonly items: readonly T[]; readonly links: readonly Json[] | undefined } {
  const from = query.has('marker') ? all.findIndex(({ id }) => id === query.get('marker')) + 1 : 0;
  const items = all.slice(from, from + size);
  const href = `http://elsewhere/v2.1/servers/detail?marker=${items.at(-1)?.id ?? ''}`;
  return { items, links: from + size < all.length ? [{ rel: 'next', href }] : undefined };
}

function network(world: World, [what = '', id]: readonly string[], query: URLSearchParams): Json {
  const found = neutronLists(world)[what];
  if (!found) throw neutronError(404, 'HTTPNotFound', 'The resource could not be found.');
  if (id === undefined) return { [found.many]: filtered(found.all, query) };
  const one = found.all.find((thing) => thing.id === id);
  if (!one) throw neutronError(404, 'NotFound', `${found.one} ${id} could not be found`);
  return { [found.one]: one };
}

function volume(world: World, [what, id]: readonly string[], query: URLSearchParams): Json {
  if (what === 'os-availability-zone') return zones(world);
  if (what !== 'volumes') throw fault(404, 'itemNotFound', 'The resource could not be found.');
  if (id !== 'detail') return showVolume(world, String(id));
  const named = filtered([...world.volumes.values()], query);
  const { items, links } = paged(named, world.pageSize, query);
  const shown = items.map((one) => lookAtVolume(world, one)).filter((one) => one !== undefined);
  return { volumes: shown, ...(links ? { volumes_links: links } : {}) };
}

/** api-ref/image/v2, "List images"; errors are pages of HTML. */
export function glance(world: World, url: URL): StandInAnswer {
  const [, , , what, id] = url.pathname.split('/');
  const one = world.images.find((image) => image.id === id);
  if (what !== 'images' || (id !== undefined && !one))
    return {
      status: 404,
      body: `<html><head><title>404 Not Found</title></head><body><h1>404</h1>No image</body></html>`,
    };
  if (one) return { status: 200, body: one };
  const query = new URLSearchParams([...url.searchParams].filter(([key]) => !key.startsWith('sort_')));
  const limit = Number(query.get('limit') ?? 25);
  const all: readonly Thing[] = filtered(world.images, query);
  const from = query.has('marker') ? all.findIndex((image) => image.id === query.get('marker')) + 1 : 0;
  const images = all.slice(from, from + Math.min(limit, 2));
  const isLast = from + images.length >= all.length;
  const next = isLast ? {} : { next: `/v2/images?marker=${images.at(-1)?.id ?? ''}` };
  return { status: 200, body: { images, first: '/v2/images', schema: '/v2/schemas/images', ...next } };
}
