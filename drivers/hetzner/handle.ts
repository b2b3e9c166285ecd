/** Whose project: all that leads to a token, without any secret. */
export type Account = {
  /** Base URL of the interface, without a slash at its end. */
  readonly endpoint: string;
  /** The context of the hcloud CLI that the token came from, '' where it came from elsewhere. */
  readonly context: string;
  /** Digest of the token that the machine was made with, '' where it is not known: another one may be of another project. */
  readonly mark: string;
};

/** All that is needed to find a machine and what belongs to it. Ids are 0 where there is none. */
export type HetznerMachine = Account & {
  readonly name: string;
  /** Of berth's labels; '' for a machine that docker-machine made. */
  readonly id: string;
  readonly store: string;
  readonly serverId: number;
  /** When the server was made; ISO 8601. */
  readonly madeAt: string;
  /** SSH keys of the project that were made for this machine alone. */
  readonly keyId: number;
  readonly additionalKeyIds: readonly number[];
  /** The machine's own firewall. */
  readonly firewallId: number;
  /** The placement group, where it was made by berth or docker-machine: it goes with its last server. */
  readonly groupId: number;
  /** How others reach it. */
  readonly reach: 'ipv4' | 'ipv6' | 'private';
  readonly sshUser: string;
  readonly sshPort: number;
};

/** What was made so recently may not be found yet, in milliseconds. */
const SETTLING_MS = 60_000;

export function isSettling({ madeAt }: HetznerMachine, now: Date): boolean {
  const sinceMs = now.getTime() - Date.parse(madeAt);
  // A clock that was set back must not keep a machine forever.
  return sinceMs >= 0 && sinceMs < SETTLING_MS;
}
