import { undefinedWhenAbsent } from '../../src/cloud/fault.js';
import { array, number, object, text, type Found } from '../../src/cloud/found.js';
import type { Rest, RestCall } from '../../src/cloud/rest.js';
import type { DriverContext } from '../../src/driver.js';
import { poll, type PollOptions } from '../../src/poll.js';
import { actionFault } from './faults.js';
import type { Account, HetznerMachine } from './handle.js';
import { openSession } from './session.js';

export type Context = DriverContext<HetznerMachine>;
/** The interface's lists. */
export type Collection =
  | 'servers'
  | 'server_types'
  | 'locations'
  | 'images'
  | 'ssh_keys'
  | 'firewalls'
  | 'networks'
  | 'volumes'
  | 'primary_ips'
  | 'placement_groups';

/** Hetzner Cloud, spoken to for one project. */
export interface Api {
  /** As handles have it: which project the token is of. */
  readonly account: Account;
  /** How looks at something that goes on follow each other. */
  readonly rhythm: Pick<PollOptions, 'everyMs' | 'atMostEveryMs' | 'signal'>;
  /** All pages. */
  list(what: Collection, query?: RestCall['query']): Promise<readonly Found[]>;
  /** Undefined for what is not there. */
  find(what: Collection, id: number): Promise<Found | undefined>;
  /** That prices are in: "EUR". */
  currency(): Promise<string>;
  /** `once`: not sent again when no answer comes. */
  post(path: string, body?: unknown, once?: 'once'): Promise<Found>;
  /** What is gone is gone; ends when the action has. */
  remove(what: Collection, id: number): Promise<void>;
  /** @throws Fault with what an action failed for; MachineError TimedOut */
  done(actions: readonly Found[], what: string, withinMs?: number): Promise<void>;
}

/** An action that takes longer has come to nothing, in milliseconds. */
export const ACTION_MS = 300_000;
/** The longest pause between two looks, in milliseconds. */
const LOOK_MS = 1_000;
/** The most that Hetzner puts on one page. */
const PAGE = 50;

export async function connect(
  place: Pick<Account, 'endpoint' | 'context'>,
  ask: Context,
  lookMs = LOOK_MS,
): Promise<Api> {
  const { rest, pace, account } = await openSession(place, ask);
  const api: Api = {
    get account() {
      return account();
    },
    rhythm: { everyMs: pace.firstMs, atMostEveryMs: Math.max(lookMs, pace.firstMs), signal: ask.signal },
    list: (what, query = {}) => allPages(what, query, rest),
    find: (what, id) =>
      rest({ method: 'GET', path: `/${what}/${id}` }).then(
        ({ body }) => object(object(body)[what.slice(0, -1)]),
        undefinedWhenAbsent,
      ),
    currency: async () =>
      text(object(object((await rest({ method: 'GET', path: '/pricing' })).body)['pricing'])['currency']),
    // Names are unique, and power verbs and rules say what shall be: nothing happens twice.
    post: async (path, body = {}, once) =>
      object((await rest({ method: 'POST', path, body, repeatable: once === undefined })).body),
    remove: async (what, id) => {
      const answer = await rest({ method: 'DELETE', path: `/${what}/${id}` }).catch(undefinedWhenAbsent);
      await api.done([object(object(answer?.body)['action'])], `Hetzner to remove ${what.slice(0, -1)} ${id}`);
    },
    done: (actions, what, withinMs = ACTION_MS) => finished(actions, { what, withinMs, ...api.rhythm }, rest),
  };
  return api;
}

async function allPages(
  what: Collection,
  query: NonNullable<RestCall['query']>,
  rest: Rest,
): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (let page = 1; ;) {
    const { body } = await rest({ method: 'GET', path: `/${what}`, query: { ...query, page, per_page: PAGE } });
    found.push(...array(object(body)[what]));
    const next = object(object(object(body)['meta'])['pagination'])['next_page'];
    if (typeof next !== 'number' || next <= page) return found;
    page = next;
  }
}

/** All actions by one question a look. */
async function finished(actions: readonly Found[], wait: PollOptions, rest: Rest): Promise<void> {
  let open = unfinished(actions);
  if (open.length === 0) return;
  await poll(async () => {
    const path = `/actions?${open.map((id) => `id=${id}`).join('&')}`;
    open = unfinished(array(object((await rest({ method: 'GET', path })).body)['actions']));
    return open.length === 0 ? true : undefined;
  }, wait);
}

/** @throws Fault for an action that has failed */
function unfinished(actions: readonly Found[]): readonly number[] {
  return actions.flatMap(({ id, status, error }) => {
    if (status === 'error') throw actionFault(error);
    return status === 'running' ? [number(id)] : [];
  });
}

export function idOf(found: Found | undefined): number {
  return number(found?.['id']);
}

export function labelsOf(found: Found | undefined): Readonly<Record<string, string>> {
  return object(found?.['labels']) as Readonly<Record<string, string>>;
}
