import { standIn, type CloudStandIn, type Machinery, type StandInAnswer, type StandInRequest } from '../server.js';
import { flavors, images, networks, plantForeign } from './catalog.js';
import { createVolume, deleteVolume } from './cinder.js';
import { issue } from './keystone.js';
import { glance, list } from './lists.js';
import { createFloatingIp, createGroup, createRules, deleteFloatingIp, deleteGroup, deleteRule } from './neutron.js';
import { act } from './power.js';
import { createServer, deleteServer } from './servers.js';
import { ACTIONS, check, SHAPES } from './shapes.js';
import { fault, get, keystoneError, neutronError, newId, PROJECT, Refused, type Json, type World } from './world.js';

export { APPLICATION, fault, keystoneError, PASSWORD, PROJECT, USER } from './world.js';

export interface OpenstackStandIn extends CloudStandIn {
  readonly world: World;
  /** Bodies of all requests that had one, by the name of the call. */
  readonly bodies: { readonly call: string; readonly body: Json }[];
  foreign(): readonly string[];
}

/** One project of a cloud, after docs.openstack.org/api-ref as of 2026. Keystone is at `url`/identity. */
export async function openstackStandIn({ machinery }: { machinery?: Machinery } = {}): Promise<OpenstackStandIn> {
  const bodies: { call: string; body: Json }[] = [];
  const world = newWorld(() => served.url, machinery);
  plantForeign(world);
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
    left: () => things(world).flatMap(([kind, id]) => (world.others.has(id) ? [] : [`${kind} ${id}`])),
  });
  const foreign = (): readonly string[] =>
    things(world).flatMap(([, id, one]) => (world.others.has(id) ? [JSON.stringify(one)] : []));
  return Object.assign(served, { world, bodies, foreign });
}

/** Ports are Nova's own business; rules are of their groups. */
function things(world: World): readonly (readonly [string, string, unknown])[] {
  const of = (kind: string, map: ReadonlyMap<string, unknown>): readonly (readonly [string, string, unknown])[] =>
    [...map].map(([id, one]) => [kind, id, one] as const);
  return [
    ...of('server', world.servers),
    ...of('key pair', world.keypairs),
    ...of('security group', world.groups),
    ...of('floating IP', world.floatingIps),
    ...of('volume', world.volumes).filter(([, , one]) => (one as Json)['status'] !== 'deleting'),
  ];
}

function newWorld(url: () => string, machinery: Machinery | undefined): World {
  return {
    ...{ url, machinery, servers: new Map(), keypairs: new Map(), groups: new Map(), rules: new Map() },
    ...{ ports: new Map(), floatingIps: new Map(), volumes: new Map(), others: new Set(), tokens: new Set() },
    ...{ networks: networks(), flavors: flavors(), images: images(), zones: ['nova', 'az2'], regions: ['RegionOne'] },
    serverGroups: [{ id: newId(), name: 'apart', policies: ['anti-affinity'], members: [] }],
    limits: { maxTotalInstances: 30, maxTotalCores: -1, maxTotalRAMSize: -1, totalInstancesUsed: 1 },
    ...{ soldOut: new Set(), lookupsUntilSeen: 0, pageSize: 1_000, next: 0 },
  };
}

function nameOf({ method, url }: StandInRequest): string {
  const path = url.pathname
    .replace(/\/[0-9a-f]{8}-[0-9a-f-]{27}(?=\/|$)/g, '/:id')
    .replace(`/${PROJECT}`, '/:project')
    .replace(/(os-keypairs)\/.+/, '$1/:name');
  return `${method} ${path}`;
}

function answer(world: World, request: StandInRequest): StandInAnswer {
  const { method, url, headers } = request;
  const name = nameOf(request);
  const body = request.body === '' ? {} : (JSON.parse(request.body) as Json);
  if (request.body !== '' && headers['content-type'] !== 'application/json')
    return { status: 415, body: { badMediaType: { code: 415, message: 'Unsupported Content-Type' } } };
  if (name === 'POST /identity/v3/auth/tokens') return issue(world, body);
  if (!world.tokens.has(String(headers['x-auth-token'])))
    throw keystoneError(401, 'Unauthorized', 'The request you have made requires authentication.');
  if (name.includes(' /compute/') && headers['openstack-api-version'] !== 'compute 2.52')
    throw fault(406, 'computeFault', 'the stand-in speaks compute 2.52');
  if (method === 'GET')
    return url.pathname.startsWith('/image/') ? glance(world, url) : { status: 200, body: list(world, url) };
  const shape = SHAPES[name];
  const refuse = name.includes(' /network/')
    ? (message: string) => neutronError(400, 'HTTPBadRequest', message)
    : (message: string) => fault(400, 'badRequest', message);
  if (shape) check(body, shape, refuse);
  const change = CHANGES[name];
  if (!change) return { status: 404, body: '<html><head><title>404</title></head><body>Not Found</body></html>' };
  return change(world, { body, id: decodeURIComponent(url.pathname.split('/').slice(METHOD_ID[name] ?? -1)[0] ?? '') });
}

/** Where the id stands, from the end. */
const METHOD_ID: Readonly<Record<string, number>> = { 'POST /compute/v2.1/servers/:id/action': -2 };

type Change = (world: World, asked: { readonly body: Json; readonly id: string }) => StandInAnswer;

const serverOf = (world: World, id: string): ReturnType<typeof get<Parameters<typeof act>[1]>> =>
  get(world.servers, id, () => fault(404, 'itemNotFound', `Instance ${id} could not be found.`));

const gone = (work: (world: World, id: string) => void, status = 204): Change => {
  return (world, { id }) => {
    work(world, id);
    return { status };
  };
};

const CHANGES: Readonly<Record<string, Change>> = {
  'POST /compute/v2.1/servers': (world, { body }) => ({ status: 202, body: createServer(world, body) }),
  'DELETE /compute/v2.1/servers/:id': gone((world, id) => deleteServer(world, serverOf(world, id))),
  'POST /compute/v2.1/servers/:id/action': (world, { body, id }) => {
    const [entry, ...more] = Object.entries(body);
    const shape = ACTIONS[entry?.[0] ?? ''];
    if (!entry || !shape || more.length > 0)
      throw fault(400, 'badRequest', `There is no such action: ${String(entry?.[0])}`);
    check(entry[1], shape, (message) => fault(400, 'badRequest', message));
    const result = act(world, serverOf(world, id), entry);
    return result === undefined ? { status: 202 } : { status: 200, body: result };
  },
  'POST /compute/v2.1/os-keypairs': (world, { body }) => createKey(world, body['keypair'] as Json),
  'DELETE /compute/v2.1/os-keypairs/:name': gone((world, name) => {
    get(world.keypairs, name, () => fault(404, 'itemNotFound', `Keypair ${name} not found for user somebody`));
    world.keypairs.delete(name);
  }, 202),
  'POST /network/v2.0/security-groups': (world, { body }) => ({ status: 201, body: createGroup(world, body) }),
  'DELETE /network/v2.0/security-groups/:id': gone(deleteGroup),
  'POST /network/v2.0/security-group-rules': (world, { body }) => ({ status: 201, body: createRules(world, body) }),
  'DELETE /network/v2.0/security-group-rules/:id': gone(deleteRule),
  'POST /network/v2.0/floatingips': (world, { body }) => ({ status: 201, body: createFloatingIp(world, body) }),
  'DELETE /network/v2.0/floatingips/:id': gone(deleteFloatingIp),
  'POST /volume/v3/:project/volumes': (world, { body }) => ({ status: 202, body: createVolume(world, body) }),
  'DELETE /volume/v3/:project/volumes/:id': gone(deleteVolume, 202),
};

function createKey(world: World, asked: Json): StandInAnswer {
  const name = String(asked['name']);
  if (!/^[A-Za-z0-9 _@.-]{1,255}$/.test(name))
    throw fault(400, 'badRequest', 'Keypair name contains unsafe characters');
  if (world.keypairs.has(name)) throw fault(409, 'conflictingRequest', `Key pair '${name}' already exists.`);
  const key = { name, public_key: String(asked['public_key']), fingerprint: '00:11', type: 'ssh', user_id: 'somebody' };
  world.keypairs.set(name, key);
  return { status: 201, body: { keypair: key } };
}
