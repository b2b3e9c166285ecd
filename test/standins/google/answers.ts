import type { StandInAnswer } from '../server.js';

/** Bodies of errors as Compute Engine sends them (cloud.google.com/compute/docs/troubleshooting/troubleshooting-api-errors). */
export function refusal(code: number, reason: string, message: string): StandInAnswer {
  const status = STATUS[code] ?? 'UNKNOWN';
  return { status: code, body: { error: { code, message, errors: [{ message, domain: 'global', reason }], status } } };
}

const STATUS: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ALREADY_EXISTS',
  412: 'FAILED_PRECONDITION',
  429: 'RESOURCE_EXHAUSTED',
  503: 'UNAVAILABLE',
};

export const REFUSALS = {
  credentials: refusal(
    401,
    'authError',
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid ' +
      'authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
  ),
  forbidden: refusal(403, 'forbidden', "Required 'compute.instances.create' permission for 'projects/acme-1/zones/z'"),
  throttled: refusal(
    403,
    'rateLimitExceeded',
    "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute'",
  ),
  quota: refusal(403, 'quotaExceeded', "Quota 'CPUS' exceeded.  Limit: 8.0 in region us-central1."),
  stock: refusal(
    503,
    'ZONE_RESOURCE_POOL_EXHAUSTED',
    "The zone 'projects/acme-1/zones/us-central1-a' does not have enough resources available to fulfill the request.",
  ),
} as const;

export function notFound(path: string): StandInAnswer {
  return refusal(404, 'notFound', `The resource '${path}' was not found`);
}

export function invalid(message: string): StandInAnswer {
  return refusal(400, 'invalid', message);
}

export function exists(path: string): StandInAnswer {
  return refusal(409, 'alreadyExists', `The resource '${path}' already exists`);
}
