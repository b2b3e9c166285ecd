import { Fault, isFault, undefinedWhenAbsent } from '../../src/cloud/fault.js';
import { array, object, type Found } from '../../src/cloud/found.js';
import { createRest, retryAfter, type RestAnswer, type RestCall } from '../../src/cloud/rest.js';
import { poll, type PollOptions } from '../../src/poll.js';
import { tokenOf, type Ask } from './credentials.js';
import { faultOf, operationFault } from './faults.js';
import type { Account } from './handle.js';
import { accountName } from './login.js';

/** Where a resource is: `/subscriptions/…`, and the version of the interface that serves it. */
export interface At {
  readonly path: string;
  readonly version: string;
}

/** A request that has begun work at Azure. */
export interface Begun {
  /** Undefined while it goes on. @throws Fault with what it failed for */
  look(): Promise<true | undefined>;
}

/** Resource Manager, spoken to for one account. */
export interface Arm {
  readonly subscription: string;
  /** How looks at something that goes on follow each other. */
  readonly rhythm: Pick<PollOptions, 'everyMs' | 'atMostEveryMs' | 'signal'>;
  /** Undefined for what is not there. */
  find(at: At, query?: RestCall['query']): Promise<Found | undefined>;
  /** A list that is not parted into pages; undefined for what is not there. */
  findList(at: At, query?: RestCall['query']): Promise<readonly Found[] | undefined>;
  get(at: At, query?: RestCall['query']): Promise<Found>;
  /** All pages. */
  list(at: At, query?: RestCall['query']): Promise<readonly Found[]>;
  begin(method: 'PUT' | 'POST' | 'DELETE', at: At, more?: Pick<RestCall, 'body' | 'query'>): Promise<Begun>;
  /** Makes it, or changes it to this, and waits until that is done and can be seen. */
  put(at: At, body: unknown): Promise<Found>;
  /** Does it once more when the answer is lost: what berth asks for may happen twice. */
  post(at: At, query?: RestCall['query']): Promise<void>;
  /** A question that Azure takes by POST. */
  ask(at: At): Promise<Found>;
  /** What is gone is gone. */
  remove(at: At): Promise<void>;
  /** The same for what others held until a moment ago: Azure notices late that they have let go. */
  removeFreed(at: At): Promise<void>;
}

/** A long operation that takes longer has come to nothing, in milliseconds. */
const OPERATION_MS = 900_000;
/** What has just been made is found by everybody after this, in milliseconds. */
const SEEN_MS = 60_000;
/** Whoever holds something longer has not let go of it, in milliseconds. */
const FREED_MS = 180_000;
/** One request with all its attempts: the address of a machine that failed stays reserved for 180 s. */
const WITHIN_MS = 240_000;

export function connect(account: Account, ask: Ask): Arm {
  const pace = ask.pace(accountName(account));
  const rhythm = { everyMs: pace.firstMs, atMostEveryMs: 3_000, signal: ask.signal };
  const rest = createRest({
    ...{ base: account.endpoint, pace, signal: ask.signal, withinMs: WITHIN_MS, faultOf },
    authorize: async (renew) => ({ authorization: `Bearer ${(await tokenOf(account, ask, renew)).value}` }),
  });
  const send = (method: RestCall['method'], at: At, more: Pick<RestCall, 'body' | 'query'> = {}): Promise<RestAnswer> =>
    rest({ method, path: at.path, repeatable: true, ...more, query: { 'api-version': at.version, ...more.query } });
  const follow = (link: string): Promise<RestAnswer> => rest({ method: 'GET', path: ownLink(link, account.endpoint) });
  const finished = async (begun: Begun, what: string): Promise<void> =>
    void (await poll(() => begun.look(), { what, ...rhythm, withinMs: OPERATION_MS }));
  const arm: Arm = {
    subscription: account.subscription,
    rhythm,
    find: (at, query) => arm.get(at, query).catch(undefinedWhenAbsent),
    findList: (at, query = {}) =>
      send('GET', at, { query }).then(
        ({ body }) => (Array.isArray(body) ? array(body) : [object(body)]),
        undefinedWhenAbsent,
      ),
    get: async (at, query = {}) => object((await send('GET', at, { query })).body),
    list: async (at, query = {}) => pages((await send('GET', at, { query })).body, follow),
    begin: async (method, at, more) => ({ look: looker(await send(method, at, more), follow) }),
    put: async (at, body) => {
      await finished(await arm.begin('PUT', at, { body }), `Azure to make ${nameIn(at)}`);
      return poll(() => arm.find(at), { what: `${nameIn(at)} to be seen`, ...rhythm, withinMs: SEEN_MS });
    },
    post: async (at, query = {}) => finished(await arm.begin('POST', at, { query }), `Azure to do ${nameIn(at)}`),
    ask: async (at) => object((await send('POST', at)).body),
    remove: async (at) => {
      const begun = await arm.begin('DELETE', at).catch(undefinedWhenAbsent);
      if (begun) await finished(begun, `Azure to remove ${nameIn(at)}`).catch(undefinedWhenAbsent);
    },
    removeFreed: async (at) => {
      let held: unknown;
      const attempt = (): Promise<true | undefined> =>
        arm.remove(at).then(
          () => true,
          (error: unknown) => {
            if (!isFault((held = error), 'conflict')) throw error;
            return undefined;
          },
        );
      const what = `${nameIn(at)} to be free for its removal`;
      await poll(attempt, { what, ...rhythm, withinMs: FREED_MS, lastWords: () => held });
    },
  };
  return arm;
}

function nameIn({ path }: At): string {
  return decodeURIComponent(path.split('/').at(-1) ?? '');
}

/** @throws Fault for an address that is not Azure's: the token would go there */
function ownLink(link: string, endpoint: string): string {
  const [asked, own] = [new URL(link), new URL(endpoint)];
  if (asked.host === own.host || (asked.protocol === 'https:' && asked.hostname.endsWith(`.${own.hostname}`)))
    return link;
  throw new Fault('other', `the answer leads to ${asked.host}, which is not ${own.host}`);
}

/** learn.microsoft.com, "Track asynchronous Azure operations": a look before the time that Azure has named asks nothing. */
function looker(
  { status, headers }: RestAnswer,
  follow: (link: string) => Promise<RestAnswer>,
): () => Promise<true | undefined> {
  const operation = headers.get('azure-asyncoperation');
  const link = operation ?? (status === 202 ? headers.get('location') : null);
  if (link === null) return () => Promise.resolve(true);
  const nextLook = (answer: Headers): number => performance.now() + (retryAfter(answer.get('retry-after')) ?? 0);
  let notBefore = nextLook(headers);
  return async () => {
    if (performance.now() < notBefore) return undefined;
    const answer = await follow(link);
    notBefore = nextLook(answer.headers);
    if (operation === null) return answer.status === 202 ? undefined : true;
    const body = object(answer.body);
    if (body['status'] === 'Failed' || body['status'] === 'Canceled') throw operationFault(body);
    return body['status'] === 'Succeeded' ? true : undefined;
  };
}

async function pages(body: unknown, follow: (link: string) => Promise<RestAnswer>): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (let page = object(body); ;) {
    found.push(...array(page['value']));
    const next = page['nextLink'];
    if (typeof next !== 'string' || next === '') return found;
    page = object((await follow(next)).body);
  }
}

export function propertiesOf(found: Found | undefined): Found {
  return object(found?.['properties']);
}
