import { isFault, undefinedWhenAbsent } from '../../src/cloud/fault.js';
import { array, object, text, type Found } from '../../src/cloud/found.js';
import { createRest, type RestAnswer, type RestCall } from '../../src/cloud/rest.js';
import { markOf, type Token } from '../../src/cloud/token.js';
import type { DriverContext } from '../../src/driver.js';
import type { PollOptions } from '../../src/poll.js';
import { tokensOf } from './credentials.js';
import { faultOf } from './faults.js';
import type { Account, DropletMachine } from './handle.js';

export type Context = DriverContext<DropletMachine>;
/** DigitalOcean, spoken to for one account. Paths begin with a slash, after the version. */
export interface Api {
  /** As handles have it: which token it is. */
  readonly account: Account;
  /** How looks at something that goes on follow each other. */
  readonly rhythm: Required<Pick<PollOptions, 'everyMs' | 'atMostEveryMs' | 'signal'>>;
  /** All pages of a list that answers hold by this name. */
  list(path: string, name: string, query?: RestCall['query']): Promise<readonly Found[]>;
  /** The object that the answer holds by this name; undefined for what is not there. */
  find(path: string, name: string): Promise<Found | undefined>;
  /** `once`: not sent again when no answer comes. */
  post(path: string, body: unknown, once?: 'once'): Promise<Found>;
  put(path: string, body: unknown): Promise<void>;
  /** What is gone is gone. */
  remove(path: string): Promise<'removed' | 'absent'>;
  /** UUID of the team, or of the user, that the token is of; '' for a token that may not ask. */
  team(): Promise<string>;
}

/** The longest pause between two looks, in milliseconds: an hour has 5,000 requests, a minute 250. */
const LOOK_MS = 2_000;
/** The most that DigitalOcean puts on one page (openapi: shared/parameters.yml). */
const PAGE = 200;

export async function connect(
  { endpoint, context }: Pick<Account, 'endpoint' | 'context'>,
  ask: Context,
): Promise<Api> {
  const tokens: Token[] = [...(await tokensOf({ context }, ask))];
  const token = (): Token => tokens[0] ?? { value: '', context: '' };
  const pace = ask.pace(`digitalocean ${endpoint} ${markOf(token())}`);
  const rest = createRest({
    ...{ base: `${endpoint}/v2`, pace, signal: ask.signal },
    faultOf: (refusal) => faultOf(refusal, ask.now()),
    authorize: async (renew) => {
      if (renew && tokens.length > 1) tokens.shift();
      return { authorization: `Bearer ${token().value}` };
    },
  });
  const get = (path: string, query?: RestCall['query']): Promise<RestAnswer> =>
    rest({ method: 'GET', path, ...(query ? { query } : {}) });
  return {
    get account() {
      return { endpoint, context: token().context, mark: markOf(token()) };
    },
    rhythm: { everyMs: pace.firstMs, atMostEveryMs: Math.max(LOOK_MS, pace.firstMs), signal: ask.signal },
    list: async (path, name, query = {}) => {
      const found: Found[] = [];
      for (let page = 1; ; page += 1) {
        const { body } = await get(path, { ...query, page, per_page: PAGE });
        found.push(...array(object(body)[name]));
        if (text(object(object(object(body)['links'])['pages'])['next']) === '') return found;
      }
    },
    find: (path, name) => get(path).then(({ body }) => object(object(body)[name]), undefinedWhenAbsent),
    // Keys are unique by their bytes, firewalls by their names: nothing happens twice.
    post: async (path, body, once) =>
      object((await rest({ method: 'POST', path, body, repeatable: once === undefined })).body),
    put: async (path, body) => void (await rest({ method: 'PUT', path, body })),
    remove: async (path) => {
      const answer = await rest({ method: 'DELETE', path }).catch(undefinedWhenAbsent);
      return answer ? 'removed' : 'absent';
    },
    team: async () => {
      try {
        const account = object(object((await get('/account')).body)['account']);
        return text(object(account['team'])['uuid']) || text(account['uuid']);
      } catch (error) {
        if (!isFault(error, 'credentials') || error.code === 'HTTP 401') throw error;
        return '';
      }
    },
  };
}

/** A number of DigitalOcean's, 0 where there is none. */
export function idOf(found: Found | undefined): number {
  const id = found?.['id'];
  return typeof id === 'number' ? id : 0;
}
