import { standIn, type CloudStandIn, type Machinery, type StandInAnswer, type StandInRequest } from '../server.js';
import { plantForeign } from './foreign.js';
import { logIn, type Login } from './login.js';
import { act, type SoldOut } from './machines.js';
import { get, part, put, remove, type Place } from './resources.js';
import { ofSubscription } from './subscription.js';
import { find, Refused, refusal, SUBSCRIPTION, TENANT, type Json, type World } from './world.js';

export { CLIENT_ID, CLIENT_SECRET } from './login.js';
export { SUBSCRIPTION, TENANT } from './world.js';

export interface AzureStandInOptions {
  readonly machinery?: Machinery;
  /** Without: an empty subscription, without even a resource group. */
  readonly foreign?: boolean;
}

export interface AzureStandIn extends CloudStandIn {
  readonly world: World;
  readonly login: Login;
  readonly soldOut: SoldOut;
  /** Processors that the subscription may use. */
  quota: number;
  /** Providers that are not registered yet. */
  readonly unregistered: Set<string>;
  lookupsUntilSeen: number;
  /** What was there at the beginning, as it is now. */
  foreign(): readonly string[];
  /** A request's body as the resource holds it. */
  body(type: string): Json | undefined;
}

/** Versions that the interfaces have; see drivers/azure/versions.ts for where they are published. */
const VERSIONS = ['2024-07-01', '2024-03-02', '2021-07-01', '2024-05-01', '2021-04-01', '2022-12-01', '2023-05-01'];

export async function azureStandIn(options: AzureStandInOptions = {}): Promise<AzureStandIn> {
  const { machinery, foreign = true } = options;
  const world: World = {
    ...{ resources: new Map(), operations: new Map(), machinery, url: '', next: 0 },
    ...{ lookupsUntilSeen: 0, slowness: 1 },
  };
  if (foreign) plantForeign(world);
  const others = new Set(world.resources.keys());
  const login: Login = { certificate: '', federated: '', tokens: new Set(), next: 0 };
  const settings = { world, login, soldOut: new Map(), quota: 100, unregistered: new Set<string>() };
  const stand: AzureStandIn = Object.assign(
    await standIn({
      nameOf,
      handle: (request) => answer(request, stand),
      // Resource groups stay: they are free, and docker-machine's default one is shared by everybody.
      left: () =>
        [...world.resources]
          .filter(([id, { type }]) => !others.has(id) && type !== 'resourcegroups')
          .map(([, { type, name }]) => `${type.split('/')[1] ?? type} ${name}`),
    }),
    settings,
    {
      lookupsUntilSeen: 0,
      foreign: () => [...others].map((id) => JSON.stringify(find(world, id)?.body ?? `${id} is gone`)),
      body: (type: string) => [...world.resources].find(([id, one]) => !others.has(id) && one.type === type)?.[1].body,
    },
  );
  Object.defineProperty(stand, 'lookupsUntilSeen', {
    set: (lookups: number) => void (world.lookupsUntilSeen = lookups),
  });
  world.url = stand.url;
  return stand;
}

/** "PUT virtualMachines", "POST virtualMachines/start", "POST token". */
function nameOf({ method, url }: StandInRequest): string {
  const [, rest = url.pathname] = /^\/subscriptions\/[^/]+(?:\/(.*))?$/i.exec(url.pathname) ?? [];
  const words = rest.split('/');
  if (rest.endsWith('/token')) return `${method} token`;
  if (rest.includes('/operations/')) return `${method} operation`;
  const at = words.findIndex((word) => word.toLowerCase() === 'providers');
  if (at === -1) return `${method} ${words[0] === '' ? 'subscription' : (words[0] ?? '')}`;
  const isOfGroup = at === 2;
  if (!isOfGroup) return `${method} ${words.length <= at + 3 ? words.slice(at + 1).join('/') : (words.at(-1) ?? '')}`;
  const [type = '', , more] = words.slice(at + 2);
  return `${method} ${more === undefined ? type : `${type}/${more}`}`;
}

function answer(request: StandInRequest, stand: AzureStandIn): StandInAnswer {
  try {
    if (request.url.pathname.endsWith('/oauth2/v2.0/token')) return logIn(request, stand.login);
    if (request.url.pathname.startsWith('/console/')) return consoleText(request);
    const refused = unauthorized(request, stand.login);
    return refused ?? route(request, stand);
  } catch (error) {
    if (error instanceof Refused) return refusal(error.status, error.code, error.message);
    throw error;
  }
}

/** The blob's address is its permission: a token beside it is refused, as Azure's storage does. */
function consoleText({ headers, url }: StandInRequest): StandInAnswer {
  const isRight = headers.authorization === undefined && url.searchParams.get('sig') === 'sas';
  return isRight
    ? { status: 200, body: `${'.'.repeat(3_000)}\nlogin:` }
    : { status: 403, body: 'AuthenticationFailed' };
}

function unauthorized({ headers }: StandInRequest, login: Login): StandInAnswer | undefined {
  const [scheme, value = ''] = (headers.authorization ?? '').split(' ');
  if (scheme === 'Bearer' && login.tokens.has(value)) return undefined;
  const challenge = `Bearer authorization_uri="https://login.windows.net/${TENANT}", error="invalid_token"`;
  const isAbsent = value === '';
  return {
    ...refusal(
      401,
      isAbsent ? 'AuthenticationFailed' : 'InvalidAuthenticationToken',
      isAbsent ? "Authentication failed. The 'Authorization' header is missing." : 'The access token is invalid.',
    ),
    headers: { 'www-authenticate': challenge },
  };
}

function route(request: StandInRequest, stand: AzureStandIn): StandInAnswer {
  const { url, method } = request;
  const version = url.searchParams.get('api-version');
  if (version === null)
    throw new Refused(400, 'MissingApiVersionParameter', 'The api-version query parameter is required.');
  if (!VERSIONS.includes(version))
    throw new Refused(400, 'InvalidApiVersionParameter', `The api-version '${version}' is invalid.`);
  const [, subscription = '', rest = ''] = /^\/subscriptions\/([^/]+)\/?(.*)$/.exec(url.pathname) ?? [];
  if (subscription !== SUBSCRIPTION)
    throw new Refused(404, 'SubscriptionNotFound', `The subscription '${subscription}' could not be found.`);
  const words = rest.split('/').map(decodeURIComponent);
  if (words[0]?.toLowerCase() !== 'resourcegroups') return ofSubscription(words, request, stand);
  const body = request.body === '' ? {} : (JSON.parse(request.body) as Json);
  const [, group = '', , provider = '', kind = '', name = '', ...more] = words;
  const groupId = `/subscriptions/${subscription}/resourceGroups/${group}`;
  if (provider === '') return apply(stand, request, { id: groupId, type: 'resourcegroups', name: group }, body);
  if (!find(stand.world, groupId))
    throw new Refused(404, 'ResourceGroupNotFound', `Resource group '${group}' could not be found.`);
  const place = {
    id: `${groupId}/providers/${provider}/${kind}/${name}`,
    type: `${provider}/${kind}`.toLowerCase(),
    name,
  };
  const [sub = '', subName = ''] = more;
  if (sub === '') return apply(stand, request, place, body);
  if (subName !== '')
    return part(
      stand.world,
      method,
      { id: `${place.id}/${sub}/${subName}`, type: `${place.type}/${sub}`.toLowerCase(), name: subName },
      body,
    );
  const vm = find(stand.world, place.id);
  if (!vm) throw new Refused(404, 'ResourceNotFound', `The Resource '${name}' was not found.`);
  return act(stand.world, vm, sub.toLowerCase(), url.searchParams);
}

function apply(stand: AzureStandIn, { method, url }: StandInRequest, place: Place, body: Json): StandInAnswer {
  if (method === 'GET') return get(stand.world, place, url.searchParams.get('$expand') === 'instanceView');
  if (method === 'PUT') return put(stand.world, place, body, stand.soldOut);
  if (method === 'DELETE') return remove(stand.world, place);
  throw new Refused(405, 'MethodNotAllowed', `The method '${method}' is not allowed.`);
}
