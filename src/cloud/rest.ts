import { isMachineError, MachineError, throwIfCancelled } from '../errors.js';
import type { Pace } from '../pace.js';
import { pause } from '../poll.js';
import { Fault, isFault } from './fault.js';

/** How one provider's REST interface is spoken to. */
export interface RestOptions {
  /** Without a slash at its end: "https://api.hetzner.cloud/v1". */
  readonly base: string;
  /** Headers of every request, the credentials' among them; `renew` when the last ones were refused (HTTP 401): once a request. */
  authorize(renew: boolean): Promise<Readonly<Record<string, string>>>;
  /** The provider's refusal, read. Only asked for answers of 400 and above. */
  faultOf(refusal: Refusal): Fault;
  readonly pace: Pace;
  readonly signal: AbortSignal;
  /** Limit of one request, in milliseconds. */
  readonly requestMs?: number;
  /** Limit of all attempts of one request together, in milliseconds. */
  readonly withinMs?: number;
  /** Node's own unless given: for what it does not take, such as a certificate to check the provider with. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

export interface Refusal {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, or undefined. */
  readonly body: unknown;
  readonly text: string;
}

export interface RestCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Begins with a slash; segments are the caller's to encode. A whole URL (the next page, another service) is taken as it is. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  /** Sent as a form instead of a body: what places to log in at want. */
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** A POST or PATCH that may be sent twice, since a token or a name in it makes the second one harmless. */
  readonly repeatable?: boolean;
}

export interface RestAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; undefined for an empty answer. Read it as what came from outside: nothing about it is certain. */
  readonly body: unknown;
}

export type Rest = (call: RestCall) => Promise<RestAnswer>;

const REQUEST_MS = 60_000;
const WITHIN_MS = 180_000;
/** The longest pause after an answer that never came, in milliseconds. */
const LONGEST_MS = 5_000;

/**
 * A client that asks again where that is safe: always after "too many requests", after a failed or lost answer only when the
 * request may be repeated (everything but a plain POST or PATCH). Redirects are not followed: credentials would go with them.
 * @throws Fault for refusals, kind 'unavailable' when no answer came; MachineError Cancelled
 */
export function createRest(options: RestOptions): Rest {
  const { pace, signal, withinMs = WITHIN_MS } = options;
  return async (call) => {
    const endsAt = performance.now() + withinMs;
    let renewed = false;
    for (let pauseMs = pace.firstMs, renew = false; ; pauseMs = Math.min(pauseMs * 2, LONGEST_MS)) {
      await pace.turn(signal);
      try {
        const answer = await send(call, options, renew);
        pace.accepted();
        return answer;
      } catch (error) {
        throwIfCancelled(signal);
        if (!isFault(error)) throw error;
        if (error.kind === 'throttled') pace.refused(error.retryAfterMs);
        else if (error.kind !== 'unavailable') pace.accepted();
        renew = error.kind === 'credentials' && error.code === 'HTTP 401' && !renewed;
        renewed ||= renew;
        const isTooLate = performance.now() + (error.retryAfterMs ?? 0) >= endsAt;
        if (isTooLate || !(renew || mayRepeat(call, error))) throw error;
        if (error.kind === 'unavailable') await pause(error.retryAfterMs ?? pauseMs * (0.5 + Math.random()), signal);
      }
    }
  };
}

function mayRepeat({ method, repeatable = method !== 'POST' && method !== 'PATCH' }: RestCall, fault: Fault): boolean {
  return fault.kind === 'throttled' || (fault.kind === 'unavailable' && repeatable);
}

async function send(call: RestCall, options: RestOptions, renew: boolean): Promise<RestAnswer> {
  const { signal, requestMs = REQUEST_MS } = options;
  const headers = {
    accept: 'application/json',
    ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(await options.authorize(renew)),
    ...call.headers,
  };
  let response: Response;
  let text: string;
  try {
    response = await (options.fetch ?? fetch)(urlOf(call, options.base), {
      method: call.method,
      headers,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(requestMs)]),
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      ...(call.form === undefined ? {} : { body: new URLSearchParams(call.form) }),
    });
    text = await response.text();
  } catch (error) {
    throwIfCancelled(signal);
    throw lost(error, urlOf(call, options.base));
  }
  const body = parsed(text);
  if (response.status < 300) return { status: response.status, headers: response.headers, body };
  throw options.faultOf({ status: response.status, headers: response.headers, body, text: text.slice(0, 2_000) });
}

/** No answer: whether the request had an effect is not known. */
function lost(error: unknown, url: string): Fault {
  if (isMachineError(error)) throw error;
  const { message, cause } = error as { message?: string; cause?: { message?: string } };
  const words = [message ?? String(error), ...(cause?.message === undefined ? [] : [cause.message])];
  return new Fault('unavailable', `${new URL(url).host}: ${words.join(': ')}`);
}

function urlOf({ path, query = {} }: RestCall, base: string): string {
  const url = new URL(/^https?:/.test(path) ? path : `${base}${path}`);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) url.searchParams.append(name, String(value));
  return url.href;
}

function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** What the status alone says; a client looks at the provider's code first. */
export function statusFault({ status, headers, text }: Refusal, words = text): Fault {
  const retryAfterMs = retryAfter(headers.get('retry-after'));
  const details = { code: `HTTP ${status}`, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  if (status === 401 || status === 403) return new Fault('credentials', words, details);
  if (status === 404 || status === 410) return new Fault('notFound', words, details);
  if (status === 409 || status === 423) return new Fault('conflict', words, details);
  if (status === 429) return new Fault('throttled', words, details);
  if (status === 400 || status === 422) return new Fault('input', words, details);
  if (status >= 500) return new Fault('unavailable', words, details);
  return new Fault('other', words, details);
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3), in milliseconds from now; no more than five minutes. */
export function retryAfter(value: string | null, now = Date.now()): number | undefined {
  if (value === null) return undefined;
  const seconds = /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : (Date.parse(value) - now) / 1000;
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), 300) * 1000 : undefined;
}

/** An endpoint as a user gives it, without the slash at its end. @throws MachineError BadOption */
export function endpointUrl(text: string, option: string): string {
  if (!/^https?:\/\/[^\s]+$/.test(text) || !URL.canParse(text))
    throw new MachineError('BadOption', `option --${option} wants an http or https URL, got "${text}"`);
  return text.replace(/\/+$/, '');
}
