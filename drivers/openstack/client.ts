import { isFault } from '../../src/cloud/fault.js';
import { array, object, text, type Found } from '../../src/cloud/found.js';
import { createRest, type RestCall } from '../../src/cloud/rest.js';
import type { PollOptions } from '../../src/poll.js';
import { endpointOf, hasService, regionOf, type Service } from './catalog.js';
import { faultOf } from './faults.js';
import type { Identity } from './handle.js';
import { sessionsOf, type Context } from './session.js';
import type { Words } from './words.js';

export type { Context } from './session.js';

/** Nova of Pike (2017) and later: tags in the very request for a server (nova, "REST API Version History", 2.52). */
const COMPUTE_VERSION = 'compute 2.52';

/** A cloud, spoken to for one project in one region. */
export interface Api {
  /** As handles have it. */
  readonly identity: Identity;
  readonly project: string;
  /** How looks at something that goes on follow each other. */
  readonly rhythm: Pick<PollOptions, 'everyMs' | 'atMostEveryMs' | 'signal'>;
  /** Whether the cloud has such a service here. */
  has(service: Service): boolean;
  get(service: Service, path: string, query?: RestCall['query']): Promise<Found>;
  /** Undefined for what is not there. */
  find(service: Service, path: string): Promise<Found | undefined>;
  /** All pages of a list; `member` is the one of the answer that has it. */
  list(service: Service, path: string, query?: RestCall['query']): Promise<readonly Found[]>;
  /** `repeatable`: may be sent again when no answer comes. */
  post(service: Service, path: string, body: unknown, repeatable?: 'repeatable'): Promise<Found>;
  /** What is gone is gone. */
  remove(service: Service, path: string): Promise<void>;
}

/** The longest pause between two looks, in milliseconds. */
const LOOK_MS = 2_000;

export async function connect(identity: Identity, context: Context): Promise<Api> {
  const sessions = await sessionsOf(identity, context);
  const session = await sessions.current(false);
  const region = regionOf(session, identity.region || session.words.region);
  const place = { region, interface: identity.interface || session.words.interface };
  const { pace, transport } = sessions;
  const rest = createRest({
    ...{ base: '', pace, signal: context.signal },
    ...(transport ? { fetch: transport } : {}),
    faultOf,
    authorize: async (renew) => ({ 'x-auth-token': (await sessions.current(renew)).token }),
  });
  const send = (service: Service, call: RestCall): ReturnType<typeof rest> =>
    rest({
      ...call,
      path: `${endpointOf(session, service, place)}${call.path}`,
      ...(service === 'compute' ? { headers: { 'openstack-api-version': COMPUTE_VERSION } } : {}),
    });
  const get: Api['get'] = async (service, path, query = {}) =>
    object((await send(service, { method: 'GET', path, query })).body);
  return {
    identity: recorded(identity, session.words, { ...context, region }),
    project: session.project,
    rhythm: { everyMs: pace.firstMs, atMostEveryMs: Math.max(LOOK_MS, pace.firstMs), signal: context.signal },
    has: (service) => hasService(session, service),
    get,
    find: (service, path) => get(service, path).catch(undefinedWhenAbsent),
    list: (service, path, query = {}) => pages((more) => get(service, path, { ...query, ...more })),
    post: async (service, path, body, repeatable) =>
      object((await send(service, { method: 'POST', path, body, repeatable: repeatable !== undefined })).body),
    remove: async (service, path) => {
      await send(service, { method: 'DELETE', path }).catch(undefinedWhenAbsent);
    },
  };
}

/** What a later call needs to come to the same project, whatever the environment says then. */
function recorded(
  identity: Identity,
  words: Words,
  { environment, region }: { readonly environment: Context['environment']; readonly region: string },
): Identity {
  const cloud = identity.cloud || (environment['OS_CLOUD'] ?? '');
  if (cloud !== '') return { ...identity, cloud, region };
  const { authType: _type, password: _password, token: _token, applicationCredentialSecret: _secret, ...open } = words;
  return { cloud, ...open, insecure: words.insecure === true, region };
}

/**
 * Lists of Nova, Neutron and Cinder have {"servers_links": [{rel: "next", href}]} beside them, Glance's {"next": path}; both
 * hold the marker of the next page.
 */
async function pages(page: (more: Readonly<Record<string, string>>) => Promise<Found>): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (let marker = ''; ;) {
    const answer = await page(marker === '' ? {} : { marker });
    const [member = ''] = Object.keys(answer).filter((key) => Array.isArray(answer[key]) && !key.endsWith('_links'));
    found.push(...array(answer[member]));
    const link = array(answer[`${member}_links`]).find(({ rel }) => rel === 'next');
    const next = new URL(text(link?.['href']) || text(answer['next']), 'http://next').searchParams.get('marker') ?? '';
    if (next === '' || next === marker) return found;
    marker = next;
  }
}

export function undefinedWhenAbsent(error: unknown): undefined {
  if (!isFault(error, 'notFound')) throw error;
}

/** A segment of a path. */
export function segment(word: string): string {
  return encodeURIComponent(word);
}
