import type { Host } from '../host/host.js';
import type { EngineOptions, KeyPair } from '../record.js';
import type { Reporter } from '../reporter.js';

/** What the probe finds out in one exchange. Unknown is undefined, never a guess. */
export interface Facts {
  /** os-release, unquoted: ID, ID_LIKE (split), VERSION_ID, VERSION_CODENAME, PRETTY_NAME. */
  readonly os: {
    readonly id: string;
    readonly like: readonly string[];
    readonly version: string;
    readonly codename: string;
    readonly title: string;
    /** Codename of the Debian or Ubuntu release that a derivative builds on, where os-release names it. */
    readonly baseCodename?: string;
  };
  /** As `uname -m` has it: x86_64, aarch64 … */
  readonly arch: string;
  readonly init: 'systemd' | 'openrc' | 'other';
  readonly hostname: string;
  /** Global addresses of the host's own interfaces, engine bridges left out. */
  readonly addresses: readonly string[];
  readonly user: string;
  /** root needs nothing; `no` carries sudo's words. */
  readonly sudo: { readonly can: true } | { readonly can: false; readonly reason: string };
  /** Seconds since the epoch on the host. */
  readonly clock: number;
  /** Free MiB where the engine keeps its data (/var/lib/docker or what lies above it). */
  readonly freeMib: number;
  readonly engine: {
    /** Absolute path of dockerd; undefined when there is none. */
    readonly path?: string;
    readonly version?: string;
    readonly running: boolean;
    /** On the engine's port, as it is now; absent otherwise. */
    readonly listening?: true;
    /** A docker.socket unit exists. */
    readonly socketUnit: boolean;
    /** The login user is in the group that may connect to the engine's socket. */
    readonly admitsUser?: true;
    /** The packaged unit starts dockerd with this --containerd address. */
    readonly containerd?: string;
    /** It came in a static bundle of berth's: SHA-256 of that, '' where the host does not know it. */
    readonly bundle?: string;
    /** The existing daemon.json, as text. */
    readonly daemonJson?: string;
    readonly enabled: boolean;
    /** It is a member of a Swarm, which live-restore does not go together with. */
    readonly inSwarm: boolean;
    /** Drop-ins of docker.service that are read after berth's and start dockerd with listeners of their own. */
    readonly rivals: readonly string[];
  };
  /** SHA-256 of the files berth manages, by absolute path; missing files are absent. */
  readonly files: Readonly<Record<string, string>>;
  /** Something other than the engine listens on the engine's port. */
  readonly portTakenBy?: string;
  /** The address that our SSH connection comes from, as the host sees it. */
  readonly caller?: string;
  /** Only asked when there is no engine: can the host reach Docker's repository, its distribution's archive? */
  readonly reaches?: { readonly docker: boolean; readonly distribution: boolean };
}

/** What a host shall be. Pure data but for `certificates`, which waits for the host's addresses. */
export interface Wanted {
  /** The host name to set; undefined leaves it alone (hosts that berth did not make). */
  readonly hostname?: string;
  readonly engine: EngineOptions;
  readonly enginePort: number;
  /** It listens on its unix socket alone, and the login user may connect there. */
  readonly socketOnly?: true;
  /** Value of the label `provider`, as docker-machine sets it: the driver's name. */
  readonly provider: string;
  /** It shall be in a swarm, which live-restore does not go together with. */
  readonly swarm?: boolean;
  /** Bring an engine that is there to the wanted version, or the newest of where it came from. */
  readonly upgrade?: boolean;
  /** And the other packages of the system to their newest ones. */
  readonly upgradeSystem?: boolean;
  /** The authority's certificate and a server pair that covers the host's names; the same ones again while they are good. */
  readonly certificates: (facts: Facts) => Promise<{ readonly authority: string; readonly server: KeyPair }>;
}

export interface ProvisionContext {
  readonly report: Reporter;
  readonly signal: AbortSignal;
  /** Where Docker's packages, key and bundles come from; tests hand in a stand-in. */
  readonly repository?: DockerRepository;
  /** As it stands in messages. */
  readonly machineName: string;
  /** A folder for downloaded bundles. */
  readonly cacheFolder: string;
  /** The time here; what the host's clock is compared with. */
  readonly now?: () => Date;
  /** Told when the engine is about to be started on a port where nobody has listened so far. */
  readonly onStarting?: () => void;
}

export interface DockerRepository {
  /** https://download.docker.com */
  readonly url: string;
  /** The one primary key that the downloaded key file may hold (40 hexadecimal digits). */
  readonly aptFingerprint: string;
  readonly rpmFingerprint: string;
}

export interface Provisioned {
  readonly facts: Facts;
  /** Titles of the steps that were carried out; empty on a host that was good already. */
  readonly steps: readonly string[];
}

/**
 * probe → plan → apply on one connection, at most three exchanges. Verifying that the engine answers is the caller's part.
 * @throws MachineError UnsupportedHost, ProvisionFailed (the failing step, its last lines, the engine's last journal lines), Cancelled
 */
export type Provision = (host: Host, wanted: Wanted, context: ProvisionContext) => Promise<Provisioned>;
