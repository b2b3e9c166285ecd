import { createHash } from 'node:crypto';
import { EC2 } from '@aws-sdk/client-ec2';
import type { Fault } from '../../src/cloud/fault.js';
import type { DriverContext } from '../../src/driver.js';
import { isMachineError, throwIfCancelled } from '../../src/errors.js';
import type { Pace } from '../../src/pace.js';
import { pause } from '../../src/poll.js';
import { credentialsOf } from './credentials.js';
import { faultOf } from './faults.js';
import type { Ec2Machine } from './handle.js';

/** Which interface is asked, and as whom. */
export type Place = Pick<Ec2Machine, 'region' | 'endpoint' | 'profile' | 'retries'>;
export type Context = DriverContext<Ec2Machine>;

interface How {
  readonly abortSignal: AbortSignal;
}
/** Sends one request, again where that is due. @throws Fault, MachineError Cancelled, CredentialsMissing */
export type Ask = <T>(request: (ec2: EC2, how: How) => Promise<T>) => Promise<T>;

/** Limit of one request, and of all attempts at one that is refused as too fast, in milliseconds. */
const REQUEST_MS = 60_000;
const THROTTLED_MS = 180_000;
const LONGEST_PAUSE_MS = 5_000;

/** Clients by the pace of their account: whoever shares the one shares connections and credentials too. */
const clients = new WeakMap<Pace, EC2>();

/**
 * The SDK sends once (`maxAttempts: 1`) and all repeating is ours: its own back-off knows only of one client, while the
 * pace is shared by all machines of the account. Every request berth makes may be sent twice: makers carry a token or a
 * name that is taken then, removers succeed on what is gone.
 */
export function connect(place: Place, context: Context): Ask {
  const pace = paceOf(place, context);
  const ec2 = clients.get(pace) ?? client(place, context);
  clients.set(pace, ec2);
  const host = place.endpoint === '' ? `ec2.${place.region}` : new URL(place.endpoint).host;
  return async (request) => {
    const endsAt = performance.now() + THROTTLED_MS;
    for (let sent = 1; ; sent += 1) {
      await pace.turn(context.signal);
      const abortSignal = AbortSignal.any([context.signal, AbortSignal.timeout(REQUEST_MS)]);
      try {
        const answer = await request(ec2, { abortSignal });
        pace.accepted();
        return answer;
      } catch (error) {
        throwIfCancelled(context.signal);
        if (isMachineError(error) || error instanceof TypeError || !(error instanceof Error)) throw error;
        const fault = faultOf(error, host);
        if (!mayRepeat(fault, { sent, retries: place.retries, isLate: performance.now() >= endsAt })) throw fault;
        // Too fast is the account's affair; a lost answer concerns this request alone.
        if (fault.kind === 'throttled') pace.refused();
        else await pause(pauseMs(pace, sent), context.signal);
      }
    }
  };
}

/** With jitter, growing from the account's first pause. */
function pauseMs({ firstMs }: Pace, sent: number): number {
  return Math.min(firstMs * 2 ** (sent - 1), LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2);
}

function mayRepeat(
  { kind, code }: Fault,
  { sent, retries, isLate }: { sent: number; retries: number; isLate: boolean },
): boolean {
  if (kind === 'throttled') return !isLate;
  if (kind === 'unavailable') return sent <= retries;
  // The SDK has read EC2's clock in the answer, and signs the second one by it.
  return code === 'RequestExpired' && sent === 1;
}

/** The pace that all machines of the account share; whoever has other keys has another one, and another client. */
export function paceOf({ region, endpoint, profile }: Place, context: Context): Pace {
  const { secrets } = context;
  const words = [secrets['access-key'], secrets['secret-key'], secrets['session-token']].join(' ');
  const keys = createHash('sha256').update(words).digest('hex').slice(0, 16);
  return context.pace(['amazonec2', endpoint, region, profile, keys].join(' '));
}

function client({ region, endpoint, profile }: Place, { secrets, environment }: Context): EC2 {
  return new EC2({
    region,
    ...(endpoint === '' ? {} : { endpoint }),
    credentials: credentialsOf({ secrets, environment, profile, region }),
    maxAttempts: 1,
  });
}

/** All pages of a list. */
export async function pages<A extends { readonly NextToken?: string | undefined }, T>(
  page: (NextToken: string | undefined) => Promise<A>,
  items: (answer: A) => readonly T[] | undefined,
): Promise<readonly T[]> {
  const all: T[] = [];
  for (let token: string | undefined; ;) {
    const answer = await page(token);
    all.push(...(items(answer) ?? []));
    token = answer.NextToken;
    if (!token) return all;
  }
}
