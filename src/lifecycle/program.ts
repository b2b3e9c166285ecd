import type { Certificates } from '../certs/certificates.js';
import type { AnyDriverSpec } from '../driver.js';
import type { ConnectRequest, Host, SshKeyPair } from '../host/host.js';
import type { MachineName } from '../name.js';
import type { DockerRepository, Provision } from '../provision/contract.js';
import type { Pace } from '../pace.js';
import type { ReplaceTools } from '../replace/contract.js';
import type { Reporter } from '../reporter.js';
import type * as Archives from '../store/archive.js';
import type { Clusters } from './swarm-clusters.js';
import type { Store } from '../store/store.js';

/** The real parts of the program, put together in src/cli/program.ts; a test puts together its own. */
export interface Program {
  readonly store: Store;
  readonly clusters: Clusters;
  readonly report: Reporter;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** The process's environment, HOME in it, for the credential chains of providers. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** One back-off for an account of a provider, shared by all machines that this process works on. */
  readonly pace: (account: string) => Pace;
  /** Goes into certificates as the organization: the user's login name. */
  readonly organization: () => string;
  /** Downloaded bundles. */
  readonly cacheFolder: string;
  /** The docker client's own folder, ~/.docker; undefined writes no contexts. */
  readonly dockerFolder: string | undefined;
  /** Total limit for reaching a host over SSH, in milliseconds. */
  readonly sshWithinMs: number;
  readonly repository?: DockerRepository;
  /** The user's own ssh_config; read for hosts that berth did not make. */
  readonly sshConfigPath?: string;
  findDriver(name: string): AnyDriverSpec | undefined;
  /** Values of a driver's secret options that stand in the environment, and hence in no file of ours. */
  environmentSecrets(spec: AnyDriverSpec): Readonly<Record<string, string>>;
  /** The rest loads on first use: ssh2, node-forge, the scripts. */
  connect(request: ConnectRequest): Promise<Host>;
  certificates(): Promise<Certificates>;
  keys(): Promise<KeyTools>;
  archives(): Promise<typeof Archives>;
  replacement(): Promise<ReplaceTools>;
  /** What upgrades bring besides a newer engine, those of a cluster's members too. */
  readonly upgrades?: UpgradeWish;
  /** Brings a host to its wanted state. */
  readonly provision: Provision;
  /** A private key that the user names; undefined when there is no such file. */
  readUserFile(path: string): Promise<string | undefined>;
  /** Runs a program of this computer on our own terminal; resolves to its exit code. @throws MachineError ToolMissing */
  runTool(call: ToolCall): Promise<number>;
  /** Loads what `connect` needs now rather than then, from where the program stands now. */
  loadSsh(): Promise<unknown>;
  /** Starts, in the background, what serves the socket of a machine with transport ssh; resolves when clients can connect. */
  startTunnel(name: MachineName): Promise<void>;
  /** A folder for the time of the work, readable by nobody else. */
  withTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T>;
  /** Asks the user for the passphrase of a private key; undefined where nobody is there. */
  readonly passphraseAsker?: () => ((keyPath: string) => Promise<string>) | undefined;
}

export interface UpgradeWish {
  /** All packages of the system too. */
  readonly packages?: boolean;
  /** Reboot the host where it needs to be. */
  readonly reboot?: boolean;
  /** Hears what came of each machine, among the steps of a cluster too. */
  readonly onUpgraded?: (upgraded: Upgraded) => void;
}

export interface Upgraded {
  readonly name: MachineName;
  /** Versions of the engine, as it tells them. */
  readonly from: string;
  readonly to: string;
  /** Something that was upgraded takes effect only after a reboot. */
  readonly rebootNeeded: boolean;
  readonly rebooted: boolean;
}

export interface KeyTools {
  generateKeyPair(comment: string): SshKeyPair;
}

export interface ToolCall {
  readonly program: 'ssh' | 'sshfs' | 'fusermount' | 'umount' | 'rsync';
  readonly words: readonly string[];
  /** What of berth needs it, as it begins a message: "options of ssh". */
  readonly neededFor: string;
}
