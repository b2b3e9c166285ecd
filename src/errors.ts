/** Every failure a user can meet, by stable id; the value is the process's exit code. */
export const EXIT_CODES = {
  // 2: the user must change something
  BadName: 2,
  BadOption: 2,
  BadUsage: 2,
  MachineNotFound: 2,
  MachineExists: 2,
  MachineNotRunning: 2,
  MachineAlreadyInState: 2,
  ClusterNotFound: 2,
  ClusterExists: 2,
  ClusterRefused: 2,
  DriverNotFound: 2,
  NotSupported: 2,
  ToolMissing: 2,
  StoreCorrupt: 2,
  StoreUnusable: 2,
  StoreLocked: 2,
  CertificateInvalid: 2,
  KeyUnusable: 2,
  // 3: the provider, or the pre-create check, refused
  CheckFailed: 3,
  DriverFailed: 3,
  CredentialsMissing: 3,
  CredentialsRefused: 3,
  QuotaReached: 3,
  OutOfStock: 3,
  RateLimited: 3,
  // 4: the host or its engine
  HostUnreachable: 4,
  HostKeyChanged: 4,
  LoginRefused: 4,
  CommandFailed: 4,
  ProvisionFailed: 4,
  UnsupportedHost: 4,
  EngineUnreachable: 4,
  EngineRefused: 4,
  QuorumLost: 4,
  TimedOut: 4,
  SomeFailed: 4,
  // 130: interrupted or declined
  Cancelled: 130,
} as const;

export type ErrorCode = keyof typeof EXIT_CODES;

export interface ErrorDetails {
  /** At most three, likeliest first: an imperative sentence or a command that can be pasted. */
  readonly suggestions?: readonly string[];
  /** The other side's own words; never pasted into the message. */
  readonly cause?: unknown;
  /** Overrides the code's exit code: the worst of several, or a remote command's own. */
  readonly exitCode?: number;
}

/** A failure that the user can act on. Anything else that reaches the top is a bug of ours. */
export class MachineError extends Error {
  readonly code: ErrorCode;
  readonly suggestions: string[];
  /** Read by oclif under --json. */
  readonly exitCode: number;
  /** Read by oclif otherwise. */
  readonly oclif: { readonly exit: number };

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : {});
    this.code = code;
    this.suggestions = [...(details.suggestions ?? [])];
    this.exitCode = details.exitCode ?? EXIT_CODES[code];
    this.oclif = { exit: this.exitCode };
  }
}

/** Recognises by code, never by class: two copies of a package can meet. */
export function isMachineError(error: unknown, code?: ErrorCode): error is MachineError {
  if (!(error instanceof Error) || !('code' in error) || !('suggestions' in error)) return false;
  const isOurs = typeof error.code === 'string' && Object.hasOwn(EXIT_CODES, error.code);
  return isOurs && (code === undefined || error.code === code);
}

/** The system's error code (`ENOENT`, `ECONNREFUSED` …) of an error from Node, or undefined. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Whether the system refuses this user. */
export function isForbidden(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'EACCES' || code === 'EPERM';
}

/** @throws MachineError Cancelled once the signal has fired */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new MachineError('Cancelled', 'interrupted');
}
