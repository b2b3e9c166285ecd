/** All that is needed to find a machine, use it or remove it: no secret, no option. */
export type Ec2Machine = {
  readonly region: string;
  /** URL of the EC2 interface; '' is AWS's own of the region. */
  readonly endpoint: string;
  /** Profile of ~/.aws/config that the user named, '' for the usual order of credentials. */
  readonly profile: string;
  /** How often a request without an answer is sent again. */
  readonly retries: number;
  /** berth's tags; docker-machine's machines have no id. */
  readonly name: string;
  readonly id: string;
  readonly store: string;
  readonly keyName: string;
  /** Whether the key pair was made for this machine. */
  readonly ownsKey: boolean;
  /** EC2's id of the key pair that was made, '' until it has said it; docker-machine's machines have none. */
  readonly keyId: string;
  /** '' until EC2 has said it. */
  readonly instanceId: string;
  /** Number of the account that the instance is in; docker-machine did not write it down. */
  readonly account?: string;
  readonly isSpot: boolean;
  readonly vpcId: string;
  /** The groups that the user named: shared, never removed. */
  readonly groupIds: readonly string[];
  /** Whether berth may add rules to them. */
  readonly isWritable: boolean;
  /** The machine's own group, removed with it; '' while there is none. */
  readonly ownGroupId: string;
  readonly address: 'public' | 'private' | 'ipv6';
  readonly sshPort: number;
  readonly sshUser: string;
  /** What was asked for last and may exist though no answer has come: lookups by tag may miss it for a minute. */
  readonly pending: 'key' | 'group' | 'instance' | '';
  /** When that was, or when the instance was made; ISO 8601. */
  readonly askedAt: string;
  /** What RunInstances was sent with: repeated with the same token it must be sent with the same. */
  readonly attempt?: Attempt;
};

/** A place, a size and an image for it. */
export type Attempt = {
  readonly zone: string;
  readonly subnetId: string;
  readonly type: string;
  readonly imageId: string;
  readonly deviceName: string;
};

/** EC2 answers "not found" for some seconds after a create: eventual consistency. */
export const SETTLING_MS = 60_000;

/** Whether what was asked for last may still be invisible. */
export function isSettling({ askedAt }: Ec2Machine, now: Date): boolean {
  return settlesInMs(askedAt, now) > 0;
}

export function settlesInMs(askedAt: string, now: Date): number {
  if (askedAt === '') return 0;
  const sinceMs = now.getTime() - Date.parse(askedAt);
  // A clock that was set back must not make anybody wait for hours.
  return sinceMs < 0 ? 0 : Math.max(0, SETTLING_MS - sinceMs);
}
