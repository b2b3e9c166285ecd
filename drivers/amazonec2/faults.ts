import { asMachineError, Fault, isFault, type Advice, type FaultKind } from '../../src/cloud/fault.js';

/** EC2's codes ("Error codes for the Amazon EC2 API", API reference), most specific first. */
const KINDS: readonly (readonly [RegExp, FaultKind])[] = [
  [/^(RequestLimitExceeded|EC2Throttled|Throttl|TooManyRequests|RequestThrottled|SlowDown)/, 'throttled'],
  [
    /^(AuthFailure|UnauthorizedOperation|AccessDenied|Blocked|OptInRequired|PendingVerification|ExpiredToken|RequestExpired)/,
    'credentials',
  ],
  [
    /^(InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidSignature|MissingAuthentication)/,
    'credentials',
  ],
  [/^(IncompleteSignature|RequestTimeTooSkewed|InvalidSecurity|InvalidAccessKeyId)/, 'credentials'],
  [/^(Insufficient\w*Capacity|InsufficientFreeAddressesInSubnet|SpotMaxPriceTooLow|Unsupported$)/, 'stock'],
  [/(LimitExceeded|CountExceeded)$/, 'quota'],
  [/NotFound$/, 'notFound'],
  [/(Duplicate|InUse|AlreadyExists)$/, 'conflict'],
  [/^(Incorrect\w*State|DependencyViolation|IdempotentParameterMismatch|ConcurrentTagAccess)/, 'conflict'],
  [/^(Internal|ServiceUnavailable|Unavailable|ServerInternal|RequestTimeout)/, 'unavailable'],
  [/^(Invalid|Missing|Malformed|Unknown|Validation|Unsupported)/, 'input'],
];

/** @param status HTTP status, undefined when there was no answer at all */
export function kindOf(code: string, status: number | undefined): FaultKind {
  const named = KINDS.find(([pattern]) => pattern.test(code))?.[1];
  if (named !== undefined) return named;
  if (status === undefined || status >= 500) return 'unavailable';
  return status === 429 ? 'throttled' : 'other';
}

/** An error out of the SDK: a refusal of EC2, or what kept its answer away. */
export function faultOf(error: Error, host: string): Fault {
  const status = statusOf(error);
  const words = error.message || error.name;
  if (status === undefined) return new Fault('unavailable', `${host}: ${networkWords(error)}`);
  return new Fault(kindOf(error.name, status), words, { code: error.name === 'Error' ? `HTTP ${status}` : error.name });
}

/** The HTTP status of an answer that the SDK could read or not. */
function statusOf(error: Error): number | undefined {
  const metadata = '$metadata' in error ? error.$metadata : undefined;
  if (typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata) {
    return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
  }
  const response = '$response' in error ? error.$response : undefined;
  const hasStatus = typeof response === 'object' && response !== null && 'statusCode' in response;
  return hasStatus && typeof response.statusCode === 'number' ? response.statusCode : undefined;
}

/** Errors of a connection that tried several addresses have no words of their own; the SDK wraps what is no Error to it. */
function networkWords(error: Error): string {
  const inner =
    error instanceof AggregateError ? error.errors.find((one): one is Error => one instanceof Error) : undefined;
  return (inner?.message ?? error.message).replace(/^AWS SDK error wrapper for (Error: )?/, '') || error.name;
}

/** Whether EC2 has said no: then nothing was made. Without an answer, or with one that says nothing, something may be. */
export function isRefused(error: unknown): boolean {
  return isFault(error) && error.kind !== 'unavailable' && error.kind !== 'conflict';
}

const ADVICE: Advice = {
  credentials: [
    'Check what the keys are and may do: aws sts get-caller-identity',
    'Name a profile with --amazonec2-profile, or run: aws sso login',
  ],
  quota: [
    'aws service-quotas list-service-quotas --service-code ec2',
    'Remove what is not needed: berth gc --driver amazonec2',
    'Take another --amazonec2-instance-type or --amazonec2-region',
  ],
  stock: [
    'Name several types, tried in order: --amazonec2-instance-type t3.micro,t3a.micro',
    'Name several zones: --amazonec2-zone a,b,c',
    'Take another --amazonec2-region',
  ],
  throttled: ['Try again in some minutes'],
  input: ['Look up what the options take: berth drivers amazonec2'],
  unavailable: [
    'Look at https://health.aws.amazon.com/health/status',
    'Check --amazonec2-region and --amazonec2-endpoint',
  ],
};

/** A driver's edge: faults leave it as errors for users. */
export async function told<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asMachineError(error, { title: 'Amazon EC2', doing, advice: ADVICE });
  }
}
