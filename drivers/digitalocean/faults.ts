import { asMachineError, Fault, isFault, type Advice, type FaultKind } from '../../src/cloud/fault.js';
import { text } from '../../src/cloud/found.js';
import { retryAfter, statusFault, type Refusal } from '../../src/cloud/rest.js';
import { member } from '../../src/json.js';

/** DigitalOcean says most of it as 422 "unprocessable_entity": only its words tell what it means. The first match counts. */
const WORDS: readonly (readonly [RegExp, FaultKind])[] = [
  [/droplet limit|limit .*(exceeded|reached)|(exceed|reached) .*limit/i, 'quota'],
  [/account .*(locked|verif|payment)|payment method/i, 'quota'],
  [/not available in this region|region is not available|(is|are|currently|temporarily) unavailable/i, 'stock'],
  [/capacity|out of stock/i, 'stock'],
  // Another event of the droplet is under way: the request is good, and is sent again.
  [/pending event|currently locked|is locked/i, 'unavailable'],
  [/already in use|duplicate name|already exists|already been taken/i, 'conflict'],
];
const IS_BUSY = 'busy';

/** {id, message, request_id} (openapi: shared/models/error.yml) */
export function faultOf(refusal: Refusal, now: Date): Fault {
  const words = text(member(refusal.body, 'message')) || refusal.text || `HTTP ${refusal.status}`;
  const byStatus = statusFault(refusal, words);
  // The shared client knows by the status that another token may be tried.
  if (refusal.status === 401) return byStatus;
  const isTold = [400, 403, 409, 412, 422].includes(refusal.status);
  const kind = (isTold ? WORDS.find(([said]) => said.test(words))?.[1] : undefined) ?? byStatus.kind;
  const retryAfterMs = kind === 'throttled' ? resetMs(refusal.headers, now) : byStatus.retryAfterMs;
  return new Fault(kind, words, {
    code: kind === 'unavailable' && isTold ? IS_BUSY : text(member(refusal.body, 'id')) || byStatus.code,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/**
 * "Rate Limit" (openapi: description.yml): Retry-After comes with the limit of a minute alone; with that of an hour,
 * ratelimit-reset is the second at which the oldest request is forgotten, so that one more may be made.
 */
export function resetMs(headers: Headers, now: Date): number | undefined {
  const byHeader = retryAfter(headers.get('retry-after'), now.getTime());
  const reset = Number(headers.get('ratelimit-reset') ?? Number.NaN);
  if (byHeader !== undefined || !Number.isFinite(reset)) return byHeader;
  return Math.min(Math.max(0, reset * 1_000 - now.getTime()), 300_000);
}

const ADVICE: Advice = {
  credentials: [
    'Make a token that may write at https://cloud.digitalocean.com/account/api/tokens',
    'export DIGITALOCEAN_ACCESS_TOKEN=…',
    'Check the contexts of doctl: doctl auth list',
  ],
  quota: [
    'Ask for more at https://cloud.digitalocean.com/account/team/droplet_limit_increase',
    'Remove what is not needed: berth gc --driver digitalocean',
  ],
  stock: [
    'Name several regions, tried in order: --digitalocean-region nyc3,nyc1,tor1',
    'Name several sizes: --digitalocean-size s-1vcpu-1gb,s-1vcpu-2gb',
  ],
  throttled: ['Try again in some minutes'],
  input: ['Look up what the options take: berth drivers digitalocean'],
  conflict: ['Look at what goes on at https://cloud.digitalocean.com/droplets', 'Try again in a minute'],
  unavailable: ['Try again in some minutes', 'Look at https://status.digitalocean.com/'],
};

/** Runs a verb; refusals that reach its edge become what users read. `doing` goes into the message. */
export async function told<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asMachineError(settled(error), { title: 'DigitalOcean', doing, advice: ADVICE });
  }
}

/** What was busy until nobody would wait any longer: DigitalOcean answers well. */
function settled(error: unknown): unknown {
  return isBusy(error) ? new Fault('conflict', error.message, { code: 'unprocessable_entity' }) : error;
}

export function isBusy(error: unknown): error is Fault {
  return isFault(error, 'unavailable') && error.code === IS_BUSY;
}
