import { describe, expect, it } from '@jest/globals';
import { faultOf, operationFault } from '../../../drivers/google/fault.js';

function refused(status: number, error: object, headers: Record<string, string> = {}): ReturnType<typeof faultOf> {
  return faultOf({ status, headers: new Headers(headers), body: { error }, text: '' });
}

describe('a refusal of Compute Engine', () => {
  it.each([
    ['throttled', 403, { errors: [{ reason: 'rateLimitExceeded' }] }],
    ['throttled', 403, { errors: [{ reason: 'userRateLimitExceeded' }] }],
    [
      'throttled',
      429,
      { details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'RATE_LIMIT_EXCEEDED' }] },
    ],
    ['quota', 403, { errors: [{ reason: 'quotaExceeded' }] }],
    ['credentials', 403, { errors: [{ reason: 'accessNotConfigured' }] }],
    ['credentials', 403, { details: [{ reason: 'SERVICE_DISABLED' }] }],
    ['credentials', 403, {}],
    ['stock', 503, { errors: [{ reason: 'insufficientCapacity' }] }],
    ['stock', 429, { errors: [{ reason: 'RESOURCE_POOL_EXHAUSTED' }] }],
    ['conflict', 400, { errors: [{ reason: 'resourceInUseByAnotherResource' }] }],
    ['conflict', 409, { errors: [{ reason: 'alreadyExists' }] }],
    ['input', 400, { errors: [{ reason: 'invalid' }] }],
    ['unavailable', 503, { errors: [{ reason: 'backendError' }] }],
    ['unavailable', 502, undefined],
  ])('means %s (%#)', (kind, status, error) => {
    expect(refused(status, error ?? {}).kind).toBe(kind);
  });

  it('says how long to wait', () => {
    const fault = refused(403, { errors: [{ reason: 'rateLimitExceeded' }] }, { 'retry-after': '7' });

    expect([fault.code, fault.retryAfterMs]).toEqual(['rateLimitExceeded', 7_000]);
  });

  it('of a token keeps its status, so that it is tried once more with a new one', () => {
    expect(refused(401, { errors: [{ reason: 'authError' }] }).code).toBe('HTTP 401');
  });
});

describe('an operation of Compute Engine that has failed', () => {
  it.each([
    ['stock', 'ZONE_RESOURCE_POOL_EXHAUSTED'],
    ['stock', 'ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS'],
    ['quota', 'QUOTA_EXCEEDED'],
    ['throttled', 'RATE_LIMIT_EXCEEDED'],
    ['conflict', 'RESOURCE_IN_USE_BY_ANOTHER_RESOURCE'],
    ['notFound', 'RESOURCE_NOT_FOUND'],
    ['credentials', 'PERMISSIONS_ERROR'],
    ['unavailable', 'INTERNAL_ERROR'],
    ['other', 'SOMETHING_NEW'],
  ])('means %s by %s', (kind, code) => {
    expect(operationFault({ error: { errors: [{ code, message: 'No.' }] } })?.kind).toBe(kind);
  });

  it('is no failure without an error', () => {
    expect(operationFault({ status: 'DONE' })).toBeUndefined();
  });
});
