import type { CloudStandIn, Machinery, StandInAnswer, StandInRequest } from '../server.js';
import { standIn } from '../server.js';
import { fingerprint, plantForeign } from './catalog.js';
import { applyFirewall, createFirewall, deleteFirewall, setRules } from './firewalls.js';
import { item, page } from './lists.js';
import { act, deleteServer } from './power.js';
import { createServer } from './servers.js';
import { checkedBody } from './shapes.js';
import { groupView } from './views.js';
import {
  checkName,
  get,
  invalid,
  newId,
  NOW,
  Refused,
  refusal,
  TOKEN,
  type Json,
  type Labels,
  type Thing,
  type World,
} from './world.js';

export { refusal, TOKEN } from './world.js';

export interface HetznerStandIn extends CloudStandIn {
  readonly world: World;
  /** Bodies of all requests that had one, by the name of the call. */
  readonly bodies: readonly { readonly call: string; readonly body: Json }[];
  foreign(): readonly string[];
}

/** One project of Hetzner Cloud, after docs.hetzner.cloud as of 2026 (no data centers any more). The interface is at `url`/v1. */
export async function hetznerStandIn({ machinery }: { machinery?: Machinery } = {}): Promise<HetznerStandIn> {
  const world = newWorld(machinery);
  plantForeign(world);
  const bodies: { call: string; body: Json }[] = [];
  const served = await standIn({
    nameOf,
    handle: (request) => {
      try {
        if (request.body !== '') bodies.push({ call: nameOf(request), body: JSON.parse(request.body) as Json });
        return answer(world, request);
      } catch (error) {
        if (error instanceof Refused) return error.answer;
        throw error;
      }
    },
    left: () =>
      KINDS.flatMap(([collection, kind]) =>
        [...world[collection].values()].filter(({ others }) => !others).map(({ id }) => `${kind} ${id}`),
      ),
  });
  const foreign = (): readonly string[] =>
    KINDS.flatMap(([collection]) =>
      [...world[collection].values()].filter(({ others }) => others).map((one) => JSON.stringify(one)),
    );
  return Object.assign(served, { world, bodies, foreign });
}

const KINDS = [
  ['servers', 'server'],
  ['ssh_keys', 'SSH key'],
  ['firewalls', 'firewall'],
  ['placement_groups', 'placement group'],
  ['networks', 'network'],
  ['volumes', 'volume'],
  ['primary_ips', 'primary IP'],
] as const satisfies readonly (readonly [keyof World, string])[];

function newWorld(machinery: Machinery | undefined): World {
  return {
    ...{ servers: new Map(), ssh_keys: new Map(), firewalls: new Map(), placement_groups: new Map() },
    ...{ networks: new Map(), volumes: new Map(), primary_ips: new Map(), actions: new Map(), soldOut: new Map() },
    ...{ machinery, next: 1_000, lookupsUntilSeen: 0, slowness: 1, ignoresShutdown: false },
  };
}

function nameOf({ method, url }: StandInRequest): string {
  return `${method} ${url.pathname.replace(/^\/v1/, '').replace(/\/\d+(?=\/|$)/, '/:id')}`;
}

function answer(world: World, request: StandInRequest): StandInAnswer {
  const { method, url, headers, body: text } = request;
  if (headers.authorization !== `Bearer ${TOKEN}`) return refusal(401, 'unauthorized', 'unable to authenticate');
  const [, version, what = '', id] = url.pathname.split('/');
  if (version !== 'v1') return refusal(404, 'not_found', 'not found');
  if (text !== '' && headers['content-type'] !== 'application/json') throw invalid('body', 'no JSON');
  const name = nameOf(request);
  const body = checkedBody(name, text);
  if (name === 'GET /pricing') return { status: 200, body: { pricing: { currency: 'EUR', vat_rate: '19.00' } } };
  if (method === 'GET') {
    const singular = what.slice(0, -1);
    const found = id === undefined ? page(world, what, url.searchParams) : item(world, what, Number(id));
    if (!found) return refusal(404, 'not_found', `${singular} not found`);
    return { status: 200, body: id === undefined ? found : { [singular]: found } };
  }
  const change = CHANGES[name];
  if (!change) return refusal(404, 'not_found', 'not found');
  const result = change(world, { body, id: Number(id) });
  return result === undefined ? { status: 204 } : { status: method === 'DELETE' ? 200 : 201, body: result };
}

type Change = (world: World, asked: { readonly body: Json; readonly id: number }) => Json | undefined;

const CHANGES: Readonly<Record<string, Change>> = {
  'POST /servers': (world, { body }) => createServer(world, body),
  'POST /servers/:id/actions/poweron': (world, { id }) => act(world, get(world.servers, id, 'server'), 'poweron'),
  'POST /servers/:id/actions/poweroff': (world, { id }) => act(world, get(world.servers, id, 'server'), 'poweroff'),
  'POST /servers/:id/actions/shutdown': (world, { id }) => act(world, get(world.servers, id, 'server'), 'shutdown'),
  'DELETE /servers/:id': (world, { id }) => deleteServer(world, get(world.servers, id, 'server')),
  'POST /ssh_keys': (world, { body }) => createKey(world, body),
  'DELETE /ssh_keys/:id': (world, { id }) => void world.ssh_keys.delete(get(world.ssh_keys, id, 'ssh key').id),
  'POST /firewalls': (world, { body }) => createFirewall(world, body),
  'POST /firewalls/:id/actions/set_rules': (world, { body, id }) =>
    setRules(world, get(world.firewalls, id, 'firewall'), body),
  'POST /firewalls/:id/actions/apply_to_resources': (world, { body, id }) =>
    applyFirewall(world, get(world.firewalls, id, 'firewall'), body),
  'DELETE /firewalls/:id': (world, { id }) => void deleteFirewall(world, get(world.firewalls, id, 'firewall')),
  'POST /placement_groups': (world, { body }) => createGroup(world, body),
  'DELETE /placement_groups/:id': (world, { id }) => void deleteGroup(world, id),
};

function made(world: World, body: Json, name: string): Thing {
  return { id: newId(world), name, labels: (body['labels'] ?? {}) as Labels, others: false };
}

function createKey(world: World, body: Json): Json {
  const name = checkName(world.ssh_keys, body['name'], 'SSH key');
  const publicKey = String(body['public_key']);
  const key = { ...made(world, body, name), public_key: publicKey, fingerprint: fingerprint(publicKey) };
  if ([...world.ssh_keys.values()].some((one) => one.fingerprint === key.fingerprint))
    throw new Refused(409, 'uniqueness_error', 'SSH key with the same fingerprint already exists');
  world.ssh_keys.set(key.id, key);
  return { ssh_key: { ...key, created: NOW } };
}

function createGroup(world: World, body: Json): Json {
  const name = checkName(world.placement_groups, body['name'], 'placement group');
  if (body['type'] !== 'spread') throw invalid('type', 'unknown type');
  const group = { ...made(world, body, name), type: 'spread' };
  world.placement_groups.set(group.id, group);
  return { placement_group: groupView(world, group), action: null };
}

function deleteGroup(world: World, id: number): void {
  get(world.placement_groups, id, 'placement group');
  if ([...world.servers.values()].some(({ group }) => group === id))
    throw new Refused(422, 'resource_in_use', 'placement group is still in use');
  world.placement_groups.delete(id);
}
