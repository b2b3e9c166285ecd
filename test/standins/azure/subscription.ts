import type { StandInAnswer, StandInRequest } from '../server.js';
import { LOCATIONS, skus, usages, versions } from './catalog.js';
import type { AzureStandIn } from './index.js';
import { seen } from './resources.js';
import { view } from './views.js';
import { Refused, SUBSCRIPTION, TENANT, type Json } from './world.js';

/** What is asked of a whole subscription; `words` follow its id in the path. */
export function ofSubscription(
  words: readonly string[],
  { method, url }: StandInRequest,
  stand: AzureStandIn,
): StandInAnswer {
  const [first = '', provider = '', kind = '', ...more] = words;
  if (first === '') return { status: 200, body: { subscriptionId: SUBSCRIPTION, tenantId: TENANT, state: 'Enabled' } };
  if (first === 'resources')
    return { status: 200, body: { value: tagged(stand, url.searchParams.get('$filter') ?? '') } };
  if (first === 'locations') return { status: 200, body: { value: LOCATIONS } };
  if (kind === '') return { status: 200, body: { namespace: provider, registrationState: stateOf(stand, provider) } };
  if (kind === 'register' && method === 'POST') {
    stand.unregistered.delete(provider);
    return { status: 200, body: { namespace: provider, registrationState: 'Registering' } };
  }
  if (kind === 'skus') {
    const [, location = ''] = /^location eq '(.*)'$/.exec(url.searchParams.get('$filter') ?? '') ?? [];
    return { status: 200, body: { value: skus(location) } };
  }
  if (kind === 'virtualMachines') return machines(stand, url);
  const [, what = '', ...rest] = more;
  if (what === 'operations') return operationState(stand, rest[0] ?? '');
  if (what === 'usages') return { status: 200, body: { value: usages(stand.quota) } };
  if (what === 'publishers') return images(rest);
  throw new Refused(404, 'InvalidResourceType', `The resource type could not be found: ${words.join('/')}.`);
}

function stateOf({ unregistered }: AzureStandIn, provider: string): string {
  return unregistered.has(provider) ? 'NotRegistered' : 'Registered';
}

/** As Azure has it: resources of all types, without the groups. */
function tagged({ world }: AzureStandIn, filter: string): readonly Json[] {
  const [, name] = /^tagName eq '([^']+)'$/.exec(filter) ?? [];
  if (name === undefined) throw new Refused(400, 'InvalidFilterInQueryString', `Invalid $filter '${filter}'.`);
  return [...world.resources.values()]
    .filter((one) => one.type !== 'resourcegroups' && name in ((one.body['tags'] ?? {}) as Json))
    .filter((one) => seen(one) !== undefined)
    .map(({ id, name: own, type, body }) => ({ id, name: own, type, location: body['location'], tags: body['tags'] }));
}

/** Two a page, so that whoever lists has to turn pages. */
const PAGE = 2;

function machines({ world, url: own }: AzureStandIn, url: URL): StandInAnswer {
  const all = [...world.resources.values()].filter(({ type }) => type === 'microsoft.compute/virtualmachines');
  const from = Number(url.searchParams.get('$skiptoken') ?? 0);
  const next = new URL(url.pathname + url.search, own);
  next.searchParams.set('$skiptoken', String(from + PAGE));
  return {
    status: 200,
    body: {
      value: all.slice(from, from + PAGE).map((vm) => view(world, vm, url.searchParams.get('statusOnly') === 'true')),
      ...(from + PAGE < all.length ? { nextLink: next.href } : {}),
    },
  };
}

function operationState({ world }: AzureStandIn, number: string): StandInAnswer {
  const operation = world.operations.get(number);
  if (!operation) throw new Refused(404, 'NotFound', `Operation ${number} was not found.`);
  if ((operation.looks -= 1) >= 0)
    return { status: 200, headers: { 'retry-after': '0' }, body: { status: 'InProgress' } };
  return { status: 200, body: operation.ended() };
}

function images(words: readonly string[]): StandInAnswer {
  const [publisher = '', , , , offer = '', , sku = '', , version] = words;
  const found = versions(publisher, offer, sku);
  const one = found?.find(({ name }) => name === version);
  if (!found || (version !== undefined && !one))
    throw new Refused(404, 'NotFound', `Artifact: VMImage was not found: ${words.join('/')}.`);
  return { status: 200, body: one ?? found };
}
