import { asMachineError, Fault, isFault, type Advice, type FaultKind } from '../../src/cloud/fault.js';
import { text } from '../../src/cloud/found.js';
import { retryAfter, statusFault, type Refusal } from '../../src/cloud/rest.js';
import { member } from '../../src/json.js';

/** Codes of docs.hetzner.cloud ("Errors", and those of each operation); also what actions fail with. */
const KINDS: Readonly<Record<string, FaultKind>> = {
  unauthorized: 'credentials',
  forbidden: 'credentials',
  token_readonly: 'credentials',
  resource_limit_exceeded: 'quota',
  rate_limit_exceeded: 'throttled',
  resource_unavailable: 'stock',
  placement_error: 'stock',
  no_space_left_in_location: 'stock',
  invalid_input: 'input',
  json_error: 'input',
  invalid_server_type: 'input',
  unsupported_error: 'input',
  networks_overlap: 'input',
  no_subnet_available: 'input',
  ip_not_available: 'input',
  incompatible_network_type: 'input',
  primary_ip_version_mismatch: 'input',
  primary_ip_datacenter_mismatch: 'input',
  not_found: 'notFound',
  firewall_resource_not_found: 'notFound',
  uniqueness_error: 'conflict',
  resource_in_use: 'conflict',
  resource_locked: 'conflict',
  protected: 'conflict',
  primary_ip_assigned: 'conflict',
  primary_ip_already_assigned: 'conflict',
  volume_already_attached: 'conflict',
  server_already_attached: 'conflict',
  server_already_added: 'conflict',
  firewall_already_applied: 'conflict',
  // Another action is under way, or Hetzner has a moment of weakness: the request is good, and is sent again.
  locked: 'unavailable',
  conflict: 'unavailable',
  maintenance: 'unavailable',
  server_error: 'unavailable',
  service_error: 'unavailable',
  unavailable: 'unavailable',
  bad_gateway: 'unavailable',
  timeout: 'unavailable',
};

/** {error: {code, message, details: {fields: [{name, messages}]}}} */
export function faultOf(refusal: Refusal, now: Date): Fault {
  const error = member(refusal.body, 'error');
  const code = text(member(error, 'code'));
  const words = [text(member(error, 'message')), ...fieldsOf(error)].filter(Boolean).join(' ');
  const byStatus = statusFault(refusal, words || refusal.text || `HTTP ${refusal.status}`);
  // The shared client knows by the status that another token may be tried.
  if (refusal.status === 401) return byStatus;
  const kind = KINDS[code] ?? (refusal.status === 412 ? 'stock' : byStatus.kind);
  const retryAfterMs = kind === 'throttled' ? rateLimitMs(refusal.headers, now) : byStatus.retryAfterMs;
  return new Fault(kind, byStatus.message, {
    code: code || byStatus.code,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** What an action ended with: {code, message}. */
export function actionFault(error: unknown): Fault {
  const code = text(member(error, 'code'));
  const kind = KINDS[code] ?? 'other';
  return new Fault(kind === 'unavailable' ? 'other' : kind, text(member(error, 'message')) || 'the action failed', {
    code,
  });
}

/**
 * "Rate limiting" (docs.hetzner.cloud): RateLimit-Reset is the second at which all requests of the hour may be made again.
 * They come back one by one until then, so the first of them is waited for.
 */
export function rateLimitMs(headers: Headers, now: Date): number | undefined {
  const byHeader = retryAfter(headers.get('retry-after'), now.getTime());
  const reset = Number(headers.get('ratelimit-reset') ?? Number.NaN);
  if (byHeader !== undefined || !Number.isFinite(reset)) return byHeader;
  const allMs = Math.max(0, reset * 1_000 - now.getTime());
  const used = Number(headers.get('ratelimit-limit') ?? 0) - Number(headers.get('ratelimit-remaining') ?? 0);
  return Math.min(used > 1 ? allMs / used : allMs, 300_000);
}

function fieldsOf(error: unknown): readonly string[] {
  const fields = member(member(error, 'details'), 'fields');
  if (!Array.isArray(fields)) return [];
  return fields.map((field) => {
    const messages = member(field, 'messages');
    return `[${text(member(field, 'name'))}: ${Array.isArray(messages) ? messages.map(String).join(', ') : ''}]`;
  });
}

const ADVICE: Advice = {
  credentials: [
    'Make a token with "Read & Write" at https://console.hetzner.com/ (project, Security, API tokens)',
    'export HETZNER_API_TOKEN=…',
    'Check the contexts of the hcloud CLI: hcloud context list',
  ],
  quota: [
    'Ask for more at https://console.hetzner.com/ (account, Limits)',
    'Remove what is not needed: berth gc --driver hetzner',
  ],
  stock: [
    'Name several server types, tried in order: --hetzner-server-type cx23,cpx22',
    'Name several locations: --hetzner-server-location fsn1,nbg1,hel1',
  ],
  throttled: ['Try again in some minutes'],
  input: ['Look up what the options take: berth drivers hetzner'],
  conflict: ['Look at what goes on at https://console.hetzner.com/', 'Try again in a minute'],
  unavailable: ['Try again in some minutes', 'Look at https://status.hetzner.com/'],
};

/** Runs a verb; refusals that reach its edge become what users read. `doing` goes into the message. */
export async function told<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asMachineError(settled(error), { title: 'Hetzner', doing, advice: ADVICE });
  }
}

/** What was locked until nobody would wait any longer: Hetzner answers well. */
function settled(error: unknown): unknown {
  if (!isFault(error, 'unavailable') || !['locked', 'conflict'].includes(error.code)) return error;
  return new Fault('conflict', error.message, { code: error.code });
}
