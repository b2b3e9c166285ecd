import type { MachineName } from './name.js';

/** Plain JSON values, nothing alive. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };
export type JsonObject = { readonly [key: string]: Json | undefined };

/** Options of a driver as the user gave them, defaults filled in, keys as in the driver's table. */
export type OptionValues = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** What the engine of a machine shall be; docker-machine's --engine-* flags and a version. */
export interface EngineOptions {
  /** dockerd flags without their dashes, `flag=value` (--engine-opt). */
  readonly opts: readonly string[];
  /** `KEY=value` for the daemon's own environment (--engine-env). */
  readonly env: readonly string[];
  /** `key=value` (--engine-label). */
  readonly labels: readonly string[];
  readonly insecureRegistries: readonly string[];
  readonly registryMirrors: readonly string[];
  /** '' leaves the choice to the engine. */
  readonly storageDriver: string;
  /** A script that installs the engine; '' means berth's own order of sources. */
  readonly installUrl: string;
  /** 'auto' tries docker's repository, the distribution's package, then a bundle; see src/provision. */
  readonly source: EngineSource;
  /** The static bundle for source 'bundle': a local path or a URL; '' means Docker's own download. */
  readonly bundle: string;
  /** A version such as "28.2.2", or a beginning of one ("28"); '' means the newest of the source. */
  readonly version: string;
  /** 'boot': a script of the first boot installs it, while SSH comes up; provisioning does it over SSH otherwise. */
  readonly installAt?: 'boot';
  /** Keys of daemon.json that `berth engine set` has given; null is a key that shall not be there. */
  readonly settings?: JsonObject;
  /** Who may reach its port through the provider's firewall: CIDR blocks, 'any' or 'caller'; absent is the caller alone. */
  readonly allow?: readonly string[];
}
export type EngineSource = 'auto' | 'docker' | 'distribution' | 'bundle';

/** An installUrl that is none, as docker-machine of Rancher has it: whoever made the host has brought the engine. */
export const NO_INSTALL = 'none';

export const DEFAULT_ENGINE: EngineOptions = {
  opts: [],
  env: [],
  labels: [],
  insecureRegistries: [],
  registryMirrors: [],
  storageDriver: '',
  installUrl: '',
  source: 'auto',
  bundle: '',
  version: '',
};

/** docker-machine's --swarm-* flags; they mean the engine's own Swarm mode. */
export interface SwarmOptions {
  /** --swarm: the machine runs tasks of the swarm. */
  readonly agent: boolean;
  /** --swarm-master: it is a manager. */
  readonly master: boolean;
  /** Names the swarm: machines of one store with the same text are in one. */
  readonly discovery: string;
  /** The address that the node tells the others; '' lets berth choose. */
  readonly address: string;
  /** The rest is kept for programs that read it, and means nothing in Swarm mode. */
  readonly host: string;
  readonly image: string;
  readonly strategy: string;
  readonly opts: readonly string[];
  readonly joinOpts: readonly string[];
  readonly experimental: boolean;
}

export const DEFAULT_SWARM: SwarmOptions = {
  agent: false,
  master: false,
  discovery: '',
  address: '',
  host: 'tcp://0.0.0.0:3376',
  image: 'swarm:latest',
  strategy: 'spread',
  opts: [],
  joinOpts: [],
  experimental: false,
};

/** node:util's own comparison is loaded at its first use, for longer than a record takes to read. */
export function isDefaultSwarm(swarm: SwarmOptions): boolean {
  const keys = Object.keys(DEFAULT_SWARM);
  return JSON.stringify(swarm, keys) === JSON.stringify(DEFAULT_SWARM, keys);
}

/** How far a create has come. Only `ready` machines are finished; the others can be resumed or removed. */
export type Phase = 'planned' | 'created' | 'ready';

/** How to log in: address and port of sshd, the user, and the private key's file, if there is one. */
export interface SshLogin {
  readonly user: string;
  readonly port: number;
  /** Absolute path of a private key; without one the agent and the user's own identities are tried. */
  readonly keyPath?: string;
}

/** One machine as the store keeps it: plain data, no secret. */
export interface Machine {
  readonly name: MachineName;
  /** Random, made at the first write; resources of the provider carry it as a tag. */
  readonly id: string;
  readonly driver: string;
  readonly options: OptionValues;
  /** The driver's handle; opaque outside it, undefined until the driver has kept one. */
  readonly resource?: Json;
  readonly phase: Phase;
  /** Last known address (IP or host name), '' while there is none. IPv6 without brackets. */
  readonly address: string;
  readonly ssh: SshLogin;
  /** TCP port of the engine, TLS. */
  readonly enginePort: number;
  /**
   * 'tls': the engine's TCP port; 'tunnel': its unix socket alone, through an SSH connection that berth keeps; 'ssh': adopted
   * hosts, docker client over ssh; 'url': a URL the user gave.
   */
  readonly transport: Transport;
  readonly engine: EngineOptions;
  /** Absent where no flag of a swarm was given. */
  readonly swarm?: SwarmOptions;
  /** Extra names in the server certificate (--tls-san). */
  readonly tlsSans: readonly string[];
  /** Files of the authority and client pair where they stand outside the store's certs/. */
  readonly tlsPaths?: TlsPaths;
  /** ISO 8601, UTC; '' in records that docker-machine wrote. */
  readonly createdAt: string;
  /** The name before a rename whose work is not done yet: host name, certificates, cluster records. */
  readonly formerName?: MachineName;
  /** What the user calls it by, for filters; the host knows nothing of them. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Words of the user's own. */
  readonly note?: string;
  /** When the host powers itself off. */
  readonly end?: MachineEnd;
  /** The document as it was read: keys that berth does not know survive a round trip. Empty for a new machine. */
  readonly document: JsonObject;
}
export type Transport =
  | { readonly kind: 'tls' }
  | {
      readonly kind: 'tunnel';
      /** Where clients of this computer connect: absolute, in the machine's folder. */
      readonly socket: string;
    }
  | { readonly kind: 'ssh' }
  | { readonly kind: 'url'; readonly url: string };

/** The host powers itself off by timers of its own, whatever becomes of this computer. */
export interface MachineEnd {
  /** No container runs and nobody is connected for so long, in seconds. */
  readonly idleSeconds?: number;
  /** How long it may live after its creation, in seconds. */
  readonly ttlSeconds?: number;
}

/** Where custom TLS files were given on the command line (--tls-ca-cert …); absent ones stand in certs/. */
export interface TlsPaths {
  readonly caCert?: string;
  readonly caKey?: string;
  readonly clientCert?: string;
  readonly clientKey?: string;
}

/** Whether the machine shall be a member of a swarm. */
export function isSwarmMember({ swarm }: Pick<Machine, 'swarm'>): boolean {
  return swarm !== undefined && (swarm.agent || swarm.master);
}

/** Whether berth provisions the engine, as it does not for adopted hosts and for engines at a URL. */
export function isProvisioned({ transport }: Pick<Machine, 'transport'>): boolean {
  return transport.kind === 'tls' || transport.kind === 'tunnel';
}

/** PEM text, never paths. */
export interface KeyPair {
  readonly certificate: string;
  readonly privateKey: string;
}

/** The URL of a machine's engine for DOCKER_HOST, or '' while it has no address. */
export function engineUrl(machine: Machine): string {
  if (machine.transport.kind === 'url') return machine.transport.url;
  if (machine.address === '') return '';
  if (machine.transport.kind === 'tunnel') return `unix://${machine.transport.socket}`;
  if (machine.transport.kind === 'tls') return `tcp://${bracketed(machine.address)}:${machine.enginePort}`;
  const port = machine.ssh.port === 22 ? '' : `:${machine.ssh.port}`;
  return `ssh://${machine.ssh.user}@${bracketed(machine.address)}${port}`;
}

/** An IPv6 address in brackets, as URLs want it; anything else unchanged. */
export function bracketed(address: string): string {
  return address.includes(':') && !address.startsWith('[') ? `[${address}]` : address;
}
