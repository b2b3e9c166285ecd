import { createPublicKey, verify } from 'node:crypto';
import { standIn, type CloudStandIn, type Machinery, type StandInAnswer, type StandInRequest } from '../server.js';
import { invalid, refusal, REFUSALS } from './answers.js';
import { bodyType, faultsOfMessage, faultsOfQuery, routesOf, type Route } from './description.js';
import { INSTANCES } from './instances.js';
import { LOOKUPS } from './lookups.js';
import { OTHERS } from './others.js';
import { shown, type Handler } from './request.js';
import { newWorld, PROJECT, settleAll, type World } from './world.js';

/** The access token that is accepted. */
export const TOKEN = 'ya29.0123456789abcdef0123456789abcdef';
export { REFUSALS } from './answers.js';
export { PROJECT } from './world.js';

export interface GoogleStandIn extends CloudStandIn {
  readonly world: World;
  /** Bodies of all requests, in order, by the name of the call. */
  readonly bodies: readonly { readonly name: string; readonly body: unknown }[];
  /** Somebody else's, as texts that change with it. */
  foreign(): readonly string[];
}

const ROUTES = routesOf([
  ...['Addresses', 'Disks', 'Firewalls', 'GlobalOperations', 'Images', 'Instances', 'MachineTypes', 'Networks'],
  ...['Regions', 'Subnetworks', 'ZoneOperations', 'Zones'],
]);

/** Compute Engine on loopback, as its own description has it. `key`: the public key of a service account that may ask. */
export async function googleStandIn({
  machinery,
  key,
}: { machinery?: Machinery; key?: string } = {}): Promise<GoogleStandIn> {
  const world = newWorld(machinery);
  const bodies: { name: string; body: unknown }[] = [];
  const served = await standIn({
    nameOf: (request) => routeOf(request)?.name ?? `${request.method} ${request.url.pathname}`,
    handle: async (request) => {
      const route = routeOf(request);
      if (!route) return refusal(404, 'notFound', `The requested URL ${request.url.pathname} was not found`);
      if (!isKnown(request.headers.authorization ?? '', key)) return REFUSALS.credentials;
      return handled(route, request, { world, bodies });
    },
    left: () => {
      settleAll(world);
      return [
        ...[...world.instances].filter(([, one]) => !one.others).map(([id]) => `instance ${id}`),
        ...[...world.disks].filter(([, one]) => !one.others).map(([id]) => `disk ${id}`),
        ...[...world.firewalls].filter(([, one]) => !one.others).map(([id]) => `firewall rule ${id}`),
      ];
    },
  });
  const foreign = (): readonly string[] =>
    [...world.instances, ...world.disks, ...world.firewalls]
      .filter(([, one]) => one.others)
      .map(([id, { value }]) => `${id} ${JSON.stringify(value)}`);
  return Object.assign(served, { world, bodies, foreign });
}

function routeOf({ method, url }: StandInRequest): Route | undefined {
  // `family` is a path of its own below images, whose names cannot hold a slash.
  return ROUTES.find(({ verb, path }) => verb === method && path.test(url.pathname));
}

async function handled(
  route: Route,
  { url, body: text }: StandInRequest,
  { world, bodies }: { world: World; bodies: { name: string; body: unknown }[] },
): Promise<StandInAnswer> {
  const [, ...values] = route.path.exec(url.pathname) ?? [];
  const at = Object.fromEntries(route.parameters.map((name, index) => [name, decodeURIComponent(values[index] ?? '')]));
  const body: unknown = text === '' ? undefined : JSON.parse(text);
  if (body !== undefined) bodies.push({ name: route.name, body });
  const faults = [
    ...faultsOfQuery(route, url.searchParams, body !== undefined),
    ...(route.body && body !== undefined ? faultsOfMessage(bodyType(route), body) : []),
    ...(!route.body && body !== undefined ? ['this request has no body'] : []),
  ];
  const [fault] = faults;
  if (fault !== undefined) return invalid(fault);
  const isOther = !['acme-1', 'ubuntu-os-cloud', 'host-1'].includes(at['project'] ?? '');
  if (isOther)
    return refusal(403, 'forbidden', `Project '${at['project']}' is not there, or not yours (${PROJECT} is).`);
  const requestId = url.searchParams.get('requestId');
  if (requestId !== null && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(requestId))
    return invalid(`Invalid value for field 'requestId': '${requestId}'.`);
  const before = requestId === null ? undefined : world.requests.get(requestId);
  if (before) return shown(before);
  const handler: Handler | undefined = INSTANCES[route.name] ?? OTHERS[route.name];
  const lookup = LOOKUPS[route.name];
  if (handler) return handler({ at, query: url.searchParams, body, world });
  return lookup ? lookup(at) : refusal(501, 'notImplemented', `${route.name} is not stood in for`);
}

/** The token, or one that a service account has signed itself (RFC 7519), with the scope of the cloud. */
function isKnown(authorization: string, key: string | undefined): boolean {
  const token = authorization.replace(/^Bearer /, '');
  if (token === TOKEN) return true;
  const [header = '', claims = '', signature = ''] = token.split('.');
  if (key === undefined || signature === '') return false;
  const isSigned = verify(
    'RSA-SHA256',
    Buffer.from(`${header}.${claims}`),
    createPublicKey(key),
    Buffer.from(signature, 'base64url'),
  );
  const { scope, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { scope?: string; exp?: number };
  return isSigned && scope === 'https://www.googleapis.com/auth/cloud-platform' && (exp ?? 0) * 1000 > Date.now();
}
