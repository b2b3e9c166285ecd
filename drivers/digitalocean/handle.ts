/** Whose account: all that leads to a token, without any secret. */
export type Account = {
  /** Base URL of the interface, without a slash at its end and without its version. */
  readonly endpoint: string;
  /** The context of doctl that the token came from, '' where it came from elsewhere. */
  readonly context: string;
  /** Digest of the token that the machine was made with, '' where it is not known. */
  readonly mark: string;
};

/** All that is needed to find a machine and what belongs to it. Numbers are 0 and texts '' where there is none. */
export type DropletMachine = Account & {
  /** UUID of the team, or of the user, that the machine is with: another token may be of another one. */
  readonly team: string;
  readonly name: string;
  /** Of berth's tags; '' for a machine that docker-machine made. */
  readonly id: string;
  readonly store: string;
  readonly dropletId: number;
  /** When the droplet was made; ISO 8601. */
  readonly madeAt: string;
  /** The key of the account that was made for this machine alone. */
  readonly keyId: number;
  /** What it is found by when the answer that told its number was lost; '' where the user has named a key. */
  readonly keyFingerprint: string;
  /** The machine's own firewall. */
  readonly firewallId: string;
  /** Whether it may be of a size with GPUs: lists leave those out unless they are asked for. */
  readonly isGpu: boolean;
  /** How others reach it. */
  readonly reach: 'public' | 'private';
  readonly sshUser: string;
  readonly sshPort: number;
};

/** What was made so recently may not be found yet, in milliseconds. */
export const SETTLING_MS = 60_000;

export function isSettling({ madeAt }: DropletMachine, now: Date): boolean {
  const sinceMs = now.getTime() - Date.parse(madeAt);
  // A clock that was set back must not keep a machine forever.
  return sinceMs >= 0 && sinceMs < SETTLING_MS;
}
