import { MachineError, type ErrorCode } from '../errors.js';

/** What a provider's refusal means for us; told apart by every client from status, code and words. */
export type FaultKind =
  /** Missing, wrong or expired credentials, or rights that they lack. */
  | 'credentials'
  /** A limit of the account that only the user can raise. */
  | 'quota'
  /** Too many requests; the same one may be sent again later. */
  | 'throttled'
  /** The provider has none left of this size here now; elsewhere it may. */
  | 'stock'
  /** What was asked for is not valid. */
  | 'input'
  | 'notFound'
  /** It exists already, or another operation is under way. */
  | 'conflict'
  /** The provider failed, or it cannot be reached: nothing is known about what happened. */
  | 'unavailable'
  | 'other';

/** A provider's refusal, between a client and its driver; users meet it as the MachineError that `asMachineError` makes. */
export class Fault extends Error {
  readonly kind: FaultKind;
  /** The provider's own code: "InvalidInstanceID.NotFound", "resource_limit_exceeded", or "HTTP 500". */
  readonly code: string;
  readonly retryAfterMs: number | undefined;

  /** `words`: what the provider said. */
  constructor(
    kind: FaultKind,
    words: string,
    { code = '', retryAfterMs }: { code?: string; retryAfterMs?: number } = {},
  ) {
    super(words);
    this.kind = kind;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

export function isFault(error: unknown, ...kinds: readonly FaultKind[]): error is Fault {
  return error instanceof Fault && (kinds.length === 0 || kinds.includes(error.kind));
}

const CODES: Readonly<Record<FaultKind, ErrorCode>> = {
  credentials: 'CredentialsRefused',
  quota: 'QuotaReached',
  throttled: 'RateLimited',
  stock: 'OutOfStock',
  input: 'BadOption',
  notFound: 'DriverFailed',
  conflict: 'DriverFailed',
  unavailable: 'DriverFailed',
  other: 'DriverFailed',
};

const SAYS: Readonly<Record<FaultKind, string>> = {
  credentials: 'does not accept the credentials',
  quota: 'a limit of the account is reached',
  throttled: 'too many requests for too long',
  stock: 'none of this size is available here now',
  input: 'does not accept an option',
  notFound: 'what was asked for does not exist',
  conflict: 'something else is in the way',
  unavailable: 'the provider does not answer as it should',
  other: 'the provider refuses',
};

/** What the user was told to do about a fault of this kind by this provider. */
export type Advice = Readonly<Partial<Record<FaultKind, readonly string[]>>>;

/**
 * A fault as users see it: "Hetzner: a limit of the account is reached (create server)", with the provider's words as the
 * cause. Any other error is returned as it is.
 */
export function asMachineError(
  error: unknown,
  { title, doing, advice }: { title: string; doing: string; advice: Advice },
): unknown {
  if (!(error instanceof Fault)) return error;
  return new MachineError(CODES[error.kind], `${title}: ${SAYS[error.kind]} (${doing})`, {
    suggestions: advice[error.kind] ?? [],
    cause: new Error(error.code === '' ? error.message : `${error.code}: ${error.message}`),
  });
}

/** For `catch`: what is not there is undefined, any other failure goes on. */
export function undefinedWhenAbsent(error: unknown): undefined {
  if (!isFault(error, 'notFound')) throw error;
}
