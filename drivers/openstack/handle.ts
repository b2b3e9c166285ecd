/** Who asks and where, as far as it is no secret; '' where it is not said. */
export type Identity = {
  /** Entry of clouds.yaml, read anew each time. */
  readonly cloud: string;
  readonly authUrl: string;
  readonly region: string;
  /** public, internal or admin; '' is public. */
  readonly interface: string;
  /** A file's path. */
  readonly caCert: string;
  readonly insecure: boolean;
  readonly username: string;
  readonly userId: string;
  readonly userDomainName: string;
  readonly userDomainId: string;
  readonly projectName: string;
  readonly projectId: string;
  readonly projectDomainName: string;
  readonly projectDomainId: string;
  readonly applicationCredentialId: string;
  readonly applicationCredentialName: string;
};

/** All that is needed to find a machine and what belongs to it. Ids are '' where there is none. */
export type OpenstackMachine = {
  readonly identity: Identity;
  /** The project of the token that it was made with; '' where it is not known. */
  readonly project: string;
  readonly name: string;
  /** Of berth's tags; '' for a machine that docker-machine made. */
  readonly id: string;
  readonly store: string;
  readonly serverId: string;
  /** When the server was made; ISO 8601. */
  readonly madeAt: string;
  /** The key pair that was made for this machine. */
  readonly keyName: string;
  /** The machine's own security group. */
  readonly groupId: string;
  /** The volume that was made for this machine, and goes with it; by its name an answer that was lost is found. */
  readonly volumeId: string;
  readonly volumeName: string;
  readonly floatingIpId: string;
  readonly floatingIp: string;
  /** The first network's name: addresses in it come first. */
  readonly network: string;
  readonly ipVersion: number;
  readonly sshUser: string;
  readonly sshPort: number;
};

/** What was made so recently may not be found yet, in milliseconds. */
const SETTLING_MS = 60_000;

export function isSettling({ madeAt }: OpenstackMachine, now: Date): boolean {
  const sinceMs = now.getTime() - Date.parse(madeAt);
  // A clock that was set back must not keep a machine forever.
  return sinceMs >= 0 && sinceMs < SETTLING_MS;
}
