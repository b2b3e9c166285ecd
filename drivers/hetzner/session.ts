import { isFault } from '../../src/cloud/fault.js';
import { createRest, type Rest } from '../../src/cloud/rest.js';
import { markOf, type Token } from '../../src/cloud/token.js';
import type { DriverContext } from '../../src/driver.js';
import type { Pace } from '../../src/pace.js';
import { tokensOf } from './credentials.js';
import { faultOf } from './faults.js';
import type { Account } from './handle.js';

/** The interface, with a token that it knows. */
export interface Session {
  readonly rest: Rest;
  readonly pace: Pace;
  /** Of the token that is in use by now. */
  readonly account: () => Account;
}

/** Begins with the first token; the others are tried in their order, once for all requests, when it is refused. */
export async function openSession(
  { endpoint, context }: Pick<Account, 'endpoint' | 'context'>,
  ask: DriverContext<unknown>,
): Promise<Session> {
  const [first, ...others] = await tokensOf({ context }, ask);
  const pace = ask.pace(`hetzner ${endpoint} ${markOf(first)}`);
  const restWith = (tokenFor: (renew: boolean) => Promise<Token>): Rest =>
    createRest({
      ...{ base: endpoint, pace, signal: ask.signal },
      faultOf: (refusal) => faultOf(refusal, ask.now()),
      authorize: async (renew) => ({ authorization: `Bearer ${(await tokenFor(renew)).value}` }),
    });
  const known = async (): Promise<Token> => {
    for (const token of others) if (await isKnown(restWith(() => Promise.resolve(token)))) return token;
    return first;
  };
  let current = first;
  let renewed: Promise<Token> | undefined;
  return {
    rest: restWith(async (renew) => {
      if (renew) renewed ??= known();
      return (current = (await renewed) ?? first);
    }),
    pace,
    account: () => ({ endpoint, context: current.context, mark: markOf(current) }),
  };
}

async function isKnown(rest: Rest): Promise<boolean> {
  try {
    await rest({ method: 'GET', path: '/locations', query: { per_page: 1 } });
    return true;
  } catch (error) {
    if (isFault(error, 'credentials')) return false;
    throw error;
  }
}
