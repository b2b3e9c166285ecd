import { isFault } from '../../src/cloud/fault.js';
import { array, object, text, type Found } from '../../src/cloud/found.js';
import { createRest, endpointUrl, type Rest } from '../../src/cloud/rest.js';
import type { DriverContext } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import type { Pace } from '../../src/pace.js';
import { loginsOf, type Login } from './credentials.js';
import { faultOf } from './faults.js';
import type { Identity, OpenstackMachine } from './handle.js';
import { transportFor, type Transport } from './transport.js';
import type { Words } from './words.js';

export type Context = DriverContext<OpenstackMachine>;

/** A token, and what it is good for. */
export interface Session {
  readonly token: string;
  readonly project: string;
  readonly catalog: readonly Found[];
  /** What it was got with. */
  readonly words: Words;
}

/** How to get a session; one that is known is used by all calls of the process that go at the same pace. */
export interface Sessions {
  readonly pace: Pace;
  readonly transport: Transport | undefined;
  current(renew: boolean): Promise<Session>;
}

const known = new WeakMap<Pace, Map<string, Promise<Session>>>();

export async function sessionsOf(identity: Identity, context: Context): Promise<Sessions> {
  const logins = await loginsOf(identity, context);
  const [{ words }] = logins;
  // A user of many projects is refused for all of them: one pace.
  const who = words.applicationCredentialId || words.userId || words.username;
  const pace = context.pace(`openstack ${keystoneOf(words)} ${who}`);
  const ours = known.get(pace) ?? new Map<string, Promise<Session>>();
  known.set(pace, ours);
  const key = JSON.stringify(logins.map(({ body }) => body));
  const transport = await transportFor(words);
  const ask = (): Promise<Session> => {
    const asked = tryEach(logins, { pace, transport, signal: context.signal });
    ours.set(key, asked);
    asked.catch(() => ours.get(key) === asked && ours.delete(key));
    return asked;
  };
  let mine: Session | undefined;
  return {
    pace,
    transport,
    current: async (renew) => {
      const there = await ours.get(key)?.catch(() => undefined);
      // Another call may have renewed it meanwhile.
      const isStale = there === undefined || (renew && there.token === mine?.token);
      mine = isStale ? await ask() : there;
      return mine;
    },
  };
}

type Ways = { readonly pace: Pace; readonly transport: Transport | undefined; readonly signal: AbortSignal };

/** The next one only where the one before is refused. */
async function tryEach(logins: readonly Login[], ways: Ways): Promise<Session> {
  for (const [index, login] of logins.entries()) {
    try {
      return await logIn(login, ways);
    } catch (error) {
      if (!isFault(error, 'credentials') || index === logins.length - 1) throw error;
    }
  }
  throw new Error('there is a login');
}

async function logIn({ words, body }: Login, { pace, transport, signal }: Ways): Promise<Session> {
  const rest: Rest = createRest({
    ...{ base: keystoneOf(words), pace, signal, faultOf },
    ...(transport ? { fetch: transport } : {}),
    // A password is refused once and for all.
    authorize: async () => ({}),
  });
  const { headers, body: answer } = await rest({ method: 'POST', path: '/auth/tokens', body, repeatable: true });
  const token = object(object(answer)['token']);
  const catalog = array(token['catalog']);
  if (catalog.length === 0) throw unscoped();
  return {
    ...{ token: headers.get('x-subject-token') ?? '', catalog, words },
    project: text(object(token['project'])['id']),
  };
}

/** With its version: catalogues and users leave it out or not. */
export function keystoneOf({ authUrl }: Pick<Words, 'authUrl'>): string {
  const url = endpointUrl(authUrl, 'openstack-auth-url').replace(/\/auth\/tokens$/, '');
  return url.endsWith('/v3') ? url : `${url}/v3`;
}

function unscoped(): MachineError {
  return new MachineError('CredentialsMissing', 'no project is named for OpenStack, and the user has none', {
    suggestions: ['export OS_PROJECT_NAME=…', '--openstack-tenant-name PROJECT', 'openstack project list'],
  });
}
