import { Fault, type FaultKind } from '../../src/cloud/fault.js';
import { statusFault, type Refusal } from '../../src/cloud/rest.js';
import type { Operation } from './api.js';

/*
 * Reasons of refusals and codes of operations' errors; both spellings occur in both places.
 * https://cloud.google.com/compute/docs/troubleshooting/troubleshooting-api-errors
 */
const REASONS: readonly (readonly [RegExp, FaultKind])[] = [
  [/^(user)?rateLimitExceeded$|^RATE_LIMIT_EXCEEDED$|^OPERATION_RATE_EXCEEDED$|^concurrentOperation/i, 'throttled'],
  [/^ZONE_RESOURCE_POOL_EXHAUSTED|^RESOURCE_POOL_EXHAUSTED|STOCKOUT|insufficientCapacity/i, 'stock'],
  [/^RESOURCE_AVAILABILITY|^VM_MIN_COUNT_NOT_REACHED|^resource_?availability/i, 'stock'],
  [/^quota_?exceeded$|^limitExceeded$|^QUOTA_/i, 'quota'],
  [/^notFound$|^RESOURCE_NOT_FOUND$/i, 'notFound'],
  [/^alreadyExists$|^duplicate$|^RESOURCE_ALREADY_EXISTS$|^conditionNotMet$/i, 'conflict'],
  [/^resourceInUseByAnotherResource$|^RESOURCE_IN_USE|^resourceNotReady$|^RESOURCE_NOT_READY$/i, 'conflict'],
  [/^forbidden$|^accessNotConfigured$|^insufficientPermissions$|^SERVICE_DISABLED$|^PERMISSIONS_ERROR$/, 'credentials'],
  [/^(invalid|required|badRequest|invalidParameter|fieldNotFound)$|^INVALID_|^UNSUPPORTED_OPERATION$/, 'input'],
  [/^(backendError|internalError)$|^INTERNAL_ERROR$/i, 'unavailable'],
];

/** A policy of the organisation: the reason is "conditionNotMet", which is no conflict that passes. */
const POLICY = /\bconstraints\/[a-z]+\./;

/** A refusal of the API, by the reason in it before its status. */
export function faultOf(refusal: Refusal): Fault {
  const { error } = (refusal.body ?? {}) as { error?: GoogleError };
  const words = error?.message ?? refusal.text;
  const plain = statusFault(refusal, words);
  // A token that is refused gets one more chance with a new one: the status says so, not the reason.
  if (refusal.status === 401) return plain;
  const reasons = [...(error?.errors ?? []), ...(error?.details ?? [])].flatMap(({ reason }) => reason ?? []);
  for (const reason of reasons) {
    const kind = POLICY.test(words) ? 'input' : kindOf(reason);
    if (kind) return new Fault(kind, words, detail(reason, plain));
  }
  return plain;
}

interface GoogleError {
  readonly message?: string;
  readonly errors?: readonly { readonly reason?: string }[];
  readonly details?: readonly { readonly reason?: string }[];
}

function detail(code: string, { retryAfterMs }: Fault): { code: string; retryAfterMs?: number } {
  return { code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

function kindOf(reason: string): FaultKind | undefined {
  return REASONS.find(([pattern]) => pattern.test(reason))?.[1];
}

/** Why an operation that was accepted has failed; undefined for one that has not. */
export function operationFault({ error, httpErrorStatusCode }: Operation): Fault | undefined {
  const [first] = error?.errors ?? [];
  if (!first) return undefined;
  const { code = `HTTP ${httpErrorStatusCode}`, message = '' } = first;
  return new Fault(POLICY.test(message) ? 'input' : (kindOf(code) ?? 'other'), message, { code });
}
