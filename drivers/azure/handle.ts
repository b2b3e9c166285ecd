/** Where Azure is and who asks: all that is needed to log in, without any secret. */
export type Account = {
  /** Base URL of Resource Manager, of the place to log in at, and what the token is for. */
  readonly endpoint: string;
  readonly authority: string;
  readonly audience: string;
  readonly subscription: string;
  /** '' means: that of the subscription. */
  readonly tenant: string;
  /** The application that logs in; '' where the chain of credentials says it. */
  readonly clientId: string;
  /** Path of a PEM file; '' when there is none. */
  readonly certificatePath: string;
};

/** All that is needed to find a machine and what belongs to it, by names that follow from the machine's own. */
export type AzureMachine = Account & {
  readonly name: string;
  /** Of berth's tags; '' for a machine that docker-machine made. */
  readonly id: string;
  readonly store: string;
  readonly location: string;
  readonly group: string;
  /** Names of what is the machine's own. '' for what it has not. */
  readonly vm: string;
  readonly disk: string;
  readonly nic: string;
  readonly publicIp: string;
  /** Of machines with --azure-ipv6 alone. */
  readonly publicIpv6?: string;
  readonly nsg: string;
  /** Names of what it shares with others. */
  readonly network: Network;
  readonly availabilitySet: string;
  readonly user: string;
  /** How others reach it: by the public address, by the private one, or by the public address's name in DNS. */
  readonly reach: 'public' | 'private' | 'name';
};

export type Network = {
  readonly group: string;
  readonly vnet: string;
  readonly subnet: string;
  /** The subnet was made for this machine, in a network of somebody else's. */
  readonly ownsSubnet: boolean;
};
