import { asMachineError, Fault, type Advice, type FaultKind } from '../../src/cloud/fault.js';
import { text } from '../../src/cloud/found.js';
import { statusFault, type Refusal } from '../../src/cloud/rest.js';
import { member } from '../../src/json.js';

/**
 * Nova: {"overLimit": {code, message, retryAfter}} and others of one member (api-ref/compute, "Faults"); Neutron:
 * {"NeutronError": {type, message, detail}}; Keystone: {"error": {code, title, message}}; Cinder as Nova; Glance HTML or text.
 */
export function faultOf(refusal: Refusal): Fault {
  const { status } = refusal;
  const [[name, error] = ['', undefined]] = Object.entries((refusal.body ?? {}) as Record<string, unknown>);
  const type = text(member(error, 'type'));
  const words = text(member(error, 'message')) || plainText(refusal.text) || `HTTP ${status}`;
  const byStatus = statusFault(refusal, words);
  // The shared client knows by the code that another token may be tried.
  if (status === 401) return byStatus;
  const kind = kindOf({ status, name, type, words }) ?? byStatus.kind;
  const retryAfterMs =
    kind === 'throttled' ? (byStatus.retryAfterMs ?? seconds(member(error, 'retryAfter'))) : undefined;
  const code = type || (name === '' || name === 'error' ? byStatus.code : name);
  return new Fault(kind, words, { code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
}

interface Said {
  readonly status: number;
  readonly name: string;
  readonly type: string;
  readonly words: string;
}

/** Quotas come as 403 (Nova), 409 (Neutron) and 413 (Cinder, and Nova before 2.x), and 413 was throttling too. */
function kindOf({ status, name, type, words }: Said): FaultKind | undefined {
  if (type === 'OverQuota' || (QUOTA.test(words) && [403, 409, 413].includes(status))) return 'quota';
  if (status === 413 || name === 'overLimit') return 'throttled';
  return isStock(words) ? 'stock' : undefined;
}

const QUOTA = /quota|exceeds? .*limit|maximum number of .*(exceeded|reached)/i;

/** What Nova's scheduler says (nova/exception.py, NoValidHost and what it wraps). */
export function isStock(words: string): boolean {
  return /no valid host was found|exceeded maximum number of retries|not enough (hosts|resources)|no host.* available/i.test(
    words,
  );
}

/** Why a server is in ERROR: {code, message, details}. */
export function buildFault(fault: unknown): Fault {
  const words = text(member(fault, 'message')) || 'the server is in ERROR';
  const kind: FaultKind = isStock(words) ? 'stock' : QUOTA.test(words) ? 'quota' : 'other';
  return new Fault(kind, words);
}

function seconds(value: unknown): number | undefined {
  const number = Number(value ?? Number.NaN);
  return Number.isFinite(number) && number >= 0 ? Math.min(number, 300) * 1_000 : undefined;
}

function plainText(html: string): string {
  return html
    .replace(/<(head|style|script)[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300);
}

const ADVICE: Advice = {
  credentials: [
    'Check them: openstack token issue',
    'openstack application credential create berth  (then OS_APPLICATION_CREDENTIAL_ID and …_SECRET)',
    'Check project and domain: OS_PROJECT_NAME, OS_USER_DOMAIN_NAME, OS_PROJECT_DOMAIN_NAME',
  ],
  quota: ['Look at the limits: openstack quota show --usage', 'Remove what is not needed: berth gc --driver openstack'],
  stock: [
    'Name several flavors, tried in order: --openstack-flavor-name a,b',
    'Name several zones, tried in order: --openstack-availability-zone a,b',
  ],
  throttled: ['Try again in some minutes'],
  input: ['Look up what the options take: berth drivers openstack'],
  conflict: ['Look at what goes on: openstack server list', 'Try again in a minute'],
  unavailable: ['Try again in some minutes', 'Check the URL of Keystone, and whether the cloud has a status page'],
};

/** Runs a verb; refusals that reach its edge become what users read. `doing` goes into the message. */
export async function told<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asMachineError(error, { title: 'OpenStack', doing, advice: ADVICE });
  }
}
