import { standIn, type CloudStandIn, type Machinery, type StandInAnswer, type StandInRequest } from '../server.js';
import { act, lookAt, showAction } from './actions.js';
import { IMAGES, REGIONS, SIZE_LIST, TEAM, VPCS } from './catalog.js';
import { createDroplet, deleteDroplet, findDroplet, listDroplets, shown } from './droplets.js';
import { assignDroplets, createFirewall, findFirewall, updateFirewall } from './firewalls.js';
import { plantForeign } from './foreign.js';
import { createKey, keyOf } from './keys.js';
import { notFound, refusal, Refused, unprocessable } from './world.js';
import type { Json, World } from './world.js';

export { SNAPSHOT, TEAM, VPC } from './catalog.js';

export const TOKEN = 'dop_v1_0123456789abcdef0123456789abcdef0123456789abcdef';

export interface DigitalOceanStandIn extends CloudStandIn {
  readonly world: World;
  /** Teams by their tokens. */
  readonly tokens: Map<string, string>;
  /** Tokens that may not ask for the account, as custom scopes have it. */
  readonly unscoped: Set<string>;
  /** What was there at the beginning, as it is now. */
  foreign(): readonly string[];
  /** Bodies of requests by the call's name, in order. */
  bodies(call: string): readonly Json[];
}

/** Built from digitalocean/openapi, specification/, as of 2026-08-07; files are cited where they are used. */
export async function digitaloceanStandIn(options: { machinery?: Machinery } = {}): Promise<DigitalOceanStandIn> {
  const world: World = {
    ...{ droplets: new Map(), actions: new Map(), keys: new Map(), firewalls: new Map(), tags: new Set() },
    ...{ soldOut: new Set(), machinery: options.machinery, next: 0, dropletLimit: 25 },
    ...{ lookupsUntilSeen: 0, isDeaf: false, largestPage: 200 },
  };
  plantForeign(world);
  const before = new Set(things(world).map(([name]) => name));
  const seen: { call: string; body: Json }[] = [];
  const tokens = new Map([[TOKEN, TEAM]]);
  const unscoped = new Set<string>();
  const stand = await standIn({
    nameOf,
    handle: (request) => {
      if (request.body !== '') seen.push({ call: nameOf(request), body: JSON.parse(request.body) as Json });
      return answer(request, world, { tokens, unscoped });
    },
    left: () =>
      things(world)
        .map(([name]) => name)
        .filter((name) => !before.has(name)),
  });
  return Object.assign(stand, {
    ...{ world, tokens, unscoped },
    foreign: () =>
      things(world).flatMap(([name, what]) => (before.has(name) ? [`${name} ${JSON.stringify(what)}`] : [])),
    bodies: (call: string) => seen.filter((one) => one.call === call).map(({ body }) => body),
  });
}

function things(world: World): (readonly [string, unknown])[] {
  return [
    ...[...world.droplets.values()].map((one) => [`droplet ${one.id}`, [one.tags, one.status]] as const),
    ...[...world.keys.values()].map((one) => [`key ${one.id}`, one] as const),
    ...[...world.firewalls.values()].map((one) => [`firewall ${one.id}`, one] as const),
    ...[...world.tags].map((tag) => [`tag ${tag}`, tag] as const),
  ];
}

/** "POST /droplets", "GET /droplets/:id/firewalls". */
function nameOf({ method, url }: StandInRequest): string {
  const path = url.pathname
    .replace(/^\/v2/, '')
    .replace(/^(\/tags|\/images|\/vpcs|\/account\/keys)\/[^/]+$/, '$1/:id')
    .replace(/\/(\d+|[0-9a-f]{8}-[0-9a-f-]{27})(?=\/|$)/g, '/:id');
  return `${method} ${path}`;
}

interface Access {
  readonly tokens: ReadonlyMap<string, string>;
  readonly unscoped: ReadonlySet<string>;
}

function answer(request: StandInRequest, world: World, { tokens, unscoped }: Access): StandInAnswer {
  const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ');
  const team = tokens.get(token);
  if (scheme !== 'Bearer' || team === undefined) return refusal(401, 'unauthorized', 'Unable to authenticate you.');
  try {
    const call = nameOf(request);
    if (call === 'GET /account') {
      if (unscoped.has(token))
        throw new Refused(403, 'forbidden', 'You are missing the required permission account:read');
      return {
        status: 200,
        body: { account: { uuid: 'b6fr89dbf6d9156cace5f3c78dc9851d957381ef', team: { uuid: team } } },
      };
    }
    // What is of another team is not to be seen.
    if (team !== TEAM)
      return call.endsWith('s') && request.method === 'GET'
        ? page(call, [], request, world)
        : refusal(404, 'not_found', 'The resource you requested could not be found.');
    return route(call, request, world);
  } catch (error) {
    if (error instanceof Refused) return error.answer;
    throw error;
  }
}

const NO_CONTENT: StandInAnswer = { status: 204 };

function route(call: string, request: StandInRequest, world: World): StandInAnswer {
  const [, , kind = '', second = '', third = ''] = request.url.pathname.split('/');
  const id = decodeURIComponent(kind === 'account' ? third : second);
  const { searchParams } = request.url;
  const handlers: Readonly<Record<string, () => StandInAnswer>> = {
    'GET /regions': () => page(call, REGIONS, request, world),
    'GET /sizes': () => page(call, SIZE_LIST, request, world),
    'GET /images/:id': () => ({
      status: 200,
      body: { image: one(IMAGES, (image) => [image['slug'], image['id']].map(String).includes(id)) },
    }),
    'GET /vpcs/:id': () => ({ status: 200, body: { vpc: one(VPCS, (vpc) => vpc['id'] === id) } }),
    'GET /tags': () =>
      page(
        call,
        [...world.tags].map((name) => ({ name })),
        request,
        world,
      ),
    'DELETE /tags/:id': () => removeTag(world, id),
    'GET /account/keys': () => page(call, [...world.keys.values()] as unknown as Json[], request, world),
    'GET /account/keys/:id': () => ({ status: 200, body: { ssh_key: keyOf(world, id) } }),
    'POST /account/keys': () => ({ status: 201, body: { ssh_key: createKey(world, request) } }),
    'DELETE /account/keys/:id': () => (world.keys.delete(keyOf(world, id).id), NO_CONTENT),
    'GET /droplets': () => page(call, listDroplets(world, searchParams), request, world),
    'POST /droplets': () => ({ status: 202, body: createDroplet(world, request) }),
    'GET /droplets/:id': () => ({ status: 200, body: { droplet: shownAfterALook(world, Number(id)) } }),
    'DELETE /droplets/:id': () => (deleteDroplet(world, Number(id)), NO_CONTENT),
    'POST /droplets/:id/actions': () => ({ status: 201, body: act(world, Number(id), request) }),
    'GET /droplets/:id/firewalls': () => page(call, before(world, Number(id)), request, world),
    'GET /actions/:id': () => ({ status: 200, body: showAction(world, Number(id)) }),
    'GET /firewalls': () => page(call, [...world.firewalls.values()], request, world),
    'GET /firewalls/:id': () => ({ status: 200, body: { firewall: findFirewall(world, id) } }),
    'POST /firewalls': () => ({ status: 202, body: createFirewall(world, request) }),
    'PUT /firewalls/:id': () => ({ status: 200, body: updateFirewall(world, id, request) }),
    'DELETE /firewalls/:id': () => (world.firewalls.delete(findFirewall(world, id).id), NO_CONTENT),
    'POST /firewalls/:id/droplets': () => (assignDroplets(world, id, request), NO_CONTENT),
  };
  const handler = handlers[call];
  if (!handler) throw notFound();
  return handler();
}

/** Lists come in pages, and say where the next one is (openapi: description.yml, "Links & Pagination"). */
function page(call: string, all: readonly Json[], { url }: StandInRequest, world: World): StandInAnswer {
  const unknown = [...url.searchParams.keys()].find((key) => !['page', 'per_page', 'tag_name', 'type'].includes(key));
  if (unknown !== undefined) throw unprocessable(`query ${unknown} is unknown`);
  const [at, size] = [Number(url.searchParams.get('page') ?? 1), Number(url.searchParams.get('per_page') ?? 20)];
  if (size > 200) throw unprocessable('per_page is limited to 200');
  const most = Math.min(size, world.largestPage);
  const next = new URL(url);
  next.searchParams.set('page', String(at + 1));
  const links = at * most < all.length ? { pages: { next: next.href } } : {};
  const name = call.endsWith('/keys') ? 'ssh_keys' : (call.split('/').at(-1) ?? '');
  return { status: 200, body: { [name]: all.slice((at - 1) * most, at * most), links, meta: { total: all.length } } };
}

function one(all: readonly Json[], is: (one: Json) => boolean): Json {
  const found = all.find(is);
  if (!found) throw notFound();
  return found;
}

function before(world: World, droplet: number): readonly Json[] {
  findDroplet(world, droplet);
  return [...world.firewalls.values()].filter(({ droplet_ids: ids }) => ids.includes(droplet));
}

/** What is under way goes on whether one looks at the droplet or at the action. */
function shownAfterALook(world: World, id: number): Json {
  const droplet = findDroplet(world, id);
  if (droplet.event) lookAt(world, droplet.event);
  return shown(droplet);
}

/** Whatever carries it loses it. */
function removeTag(world: World, tag: string): StandInAnswer {
  if (!world.tags.delete(tag)) throw notFound();
  for (const droplet of world.droplets.values()) droplet.tags = droplet.tags.filter((own) => own !== tag);
  return NO_CONTENT;
}
