import { IMAGES, imageView, LOCATIONS, locationView, TYPES, typeView } from './catalog.js';
import { seenServer } from './server-view.js';
import { firewallView, groupView, primaryIpView, volumeView } from './views.js';
import { actionView, look, NOW, Refused, type Json, type World } from './world.js';

/** What each list may be asked with, besides pages. */
const QUERIES: Readonly<Record<string, readonly string[]>> = {
  servers: ['name', 'label_selector', 'sort', 'status'],
  server_types: ['name'],
  locations: ['name', 'sort'],
  images: ['name', 'label_selector', 'sort', 'type', 'status', 'bound_to', 'include_deprecated', 'architecture'],
  ssh_keys: ['name', 'label_selector', 'sort', 'fingerprint'],
  firewalls: ['name', 'label_selector', 'sort'],
  placement_groups: ['name', 'label_selector', 'sort', 'type'],
  networks: ['name', 'label_selector'],
  volumes: ['name', 'label_selector', 'sort', 'status'],
  primary_ips: ['name', 'label_selector', 'sort', 'ip'],
  actions: ['id', 'status', 'sort'],
};

/** One page of a list, or undefined where there is no such list. @throws Refused */
export function page(world: World, what: string, query: URLSearchParams): Json | undefined {
  const known = QUERIES[what];
  if (!known) return undefined;
  for (const key of query.keys())
    if (![...known, 'page', 'per_page'].includes(key))
      throw new Refused(400, 'invalid_input', `invalid input in field '${key}'`, key);
  const perPage = Number(query.get('per_page') ?? 25);
  if (perPage > 50) throw new Refused(400, 'invalid_input', "invalid input in field 'per_page'", 'per_page');
  const number = Number(query.get('page') ?? 1);
  const all = itemsOf(world, what, query).filter((one) => matches(one, query));
  const last = Math.max(1, Math.ceil(all.length / perPage));
  const pagination = {
    ...{ page: number, per_page: perPage, previous_page: number > 1 ? number - 1 : null },
    ...{ next_page: number < last ? number + 1 : null, last_page: last, total_entries: all.length },
  };
  return { [what]: all.slice((number - 1) * perPage, number * perPage), meta: { pagination } };
}

/** One of a list, or undefined. */
export function item(world: World, what: string, id: number): Json | undefined {
  if (what === 'servers') {
    const server = world.servers.get(id);
    return server && seenServer(world, server);
  }
  return itemsOf(world, what, new URLSearchParams()).find((one) => one['id'] === id);
}

function itemsOf(world: World, what: string, query: URLSearchParams): readonly Json[] {
  const views: Readonly<Record<string, () => readonly (Json | undefined)[]>> = {
    // Only those that are asked for see time go by.
    servers: () =>
      [...world.servers.values()].filter((one) => matches({ ...one }, query)).map((one) => seenServer(world, one)),
    locations: () => LOCATIONS.map(locationView),
    server_types: () => TYPES.map(typeView),
    images: () => IMAGES.map(imageView),
    ssh_keys: () => [...world.ssh_keys.values()].map(({ others: _others, ...key }) => ({ ...key, created: NOW })),
    firewalls: () => [...world.firewalls.values()].map((one) => firewallView(world, one)),
    placement_groups: () => [...world.placement_groups.values()].map((one) => groupView(world, one)),
    networks: () =>
      [...world.networks.values()].map(({ others: _others, ...one }) => ({ ...one, subnets: [], created: NOW })),
    volumes: () => [...world.volumes.values()].map(volumeView),
    primary_ips: () => [...world.primary_ips.values()].map(primaryIpView),
    actions: () => actions(world, query),
  };
  return (views[what]?.() ?? []).filter((one) => one !== undefined);
}

/** Since January 2025 actions are told by their ids alone. */
function actions(world: World, query: URLSearchParams): readonly Json[] {
  const ids = query.getAll('id').map(Number);
  if (ids.length === 0) throw new Refused(410, 'deprecated_api_endpoint', 'listing all actions is no longer possible');
  const found = ids.flatMap((id) => world.actions.get(id) ?? []);
  for (const action of found) look(world, action);
  return found.map(actionView);
}

function matches(one: Json, query: URLSearchParams): boolean {
  const same = ['name', 'fingerprint', 'ip', 'status', 'architecture', 'type'].every(
    (key) => !query.has(key) || !(key in one) || one[key] === query.get(key),
  );
  return same && selected((one['labels'] ?? {}) as Json, query.get('label_selector') ?? '');
}

/** "Label Selector": k, !k, k=v, k==v and k!=v, joined by commas. */
function selected(labels: Json, selector: string): boolean {
  return selector
    .split(',')
    .filter(Boolean)
    .every((term) => {
      const [, not, key = '', operator, value] = /^(!?)([\w./-]+)(?:(==?|!=)([\w.-]*))?$/.exec(term) ?? [];
      if (key === '')
        throw new Refused(400, 'invalid_input', "invalid input in field 'label_selector'", 'label_selector');
      if (operator === undefined) return key in labels !== (not === '!');
      return (labels[key] === value) === (operator !== '!=');
    });
}
