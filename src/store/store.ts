import type { KeyPair, Machine, TlsPaths } from '../record.js';
import type { MachineName } from '../name.js';

/** What `certs/` holds: the authority and the client's pair, and where their files are. */
export interface StoreCertificates {
  readonly authority: KeyPair;
  readonly client: KeyPair;
}

/** Makes what is missing in certs/; called under the authority's lock. */
export interface CertificateMaker {
  createAuthority(): Promise<KeyPair>;
  issueClient(authority: KeyPair): Promise<KeyPair>;
  /** Why the pair cannot be used, or undefined. */
  flaw(pair: KeyPair, authority: string): string | undefined;
}

/** Everything berth keeps on disk; the layout is docker-machine's. Reads never write and take no lock. */
export interface Store {
  /** The store's folder, absolute. */
  readonly base: string;
  /** 16 hexadecimal digits, made on the first call: tells this store's resources at a provider from another store's. */
  id(): Promise<string>;
  /** The machine's folder, absolute; DOCKER_CERT_PATH. */
  folder(name: MachineName): string;
  /** Absolute path of a file in the machine's folder. */
  path(name: MachineName, file: MachineFile): string;
  /** Folders below machines/ in natural order (m2 before m10). Names that parseName refuses are left out. */
  list(): Promise<readonly MachineName[]>;
  exists(name: MachineName): Promise<boolean>;
  /** @throws MachineError MachineNotFound, StoreCorrupt */
  read(name: MachineName): Promise<Machine>;
  /** The text of config.json as docker-machine shows it: 4 spaces, its order. @throws as read */
  document(name: MachineName): Promise<string>;
  /** Replaces the record atomically and durably. Makes the machine's folder. */
  write(machine: Machine): Promise<void>;
  /** Removes the machine's folder; nothing there is success. */
  remove(name: MachineName): Promise<void>;
  /** Values of secret driver options: a 0600 file beside the record, or where docker-machine wrote them into the record. */
  secrets(name: MachineName): Promise<Readonly<Record<string, string>>>;
  writeSecrets(name: MachineName, secrets: Readonly<Record<string, string>>): Promise<void>;
  /** Another file of the machine, written atomically with the mode its name asks for. */
  writeFile(name: MachineName, file: MachineFile, content: string): Promise<void>;
  /** Undefined when it is not there. */
  readFile(name: MachineName, file: MachineFile): Promise<string | undefined>;
  /** Nothing there is success. */
  removeFile(name: MachineName, file: MachineFile): Promise<void>;
  /** One process at a time per machine; locks of dead processes do not count. @throws MachineError StoreLocked, Cancelled */
  locked<T>(name: MachineName, work: () => Promise<T>, options?: LockOptions): Promise<T>;
  /** The record that would be written for a machine. */
  print(machine: Machine): string;
  /** A folder on the store's own disk for the time of the work, readable by nobody else. */
  staged<T>(work: (folder: string) => Promise<T>): Promise<T>;
  /** Makes a staged folder the machine's, with this record: whole or not at all. @throws MachineError MachineExists */
  moveIn(machine: Machine, folder: string): Promise<void>;
  /** Gives a machine's folder another name, in one move; its record is to be written again. @throws MachineError MachineExists */
  rename(from: MachineName, to: MachineName): Promise<void>;
  /** The authority and client pair as they are. Undefined when there is none yet. `paths`: where a record says they are. */
  certificates(paths?: TlsPaths): Promise<StoreCertificates | undefined>;
  /** Makes the pair the store's own authority where there is none. Returns the certificate of the authority there is then. */
  adoptAuthority(pair: KeyPair, options?: LockOptions): Promise<string>;
  /** As above, made or renewed first where needed, under the authority's lock. `paths`: where a record says they are. */
  ensureCertificates(
    maker: CertificateMaker,
    options?: LockOptions & { readonly paths?: TlsPaths },
  ): Promise<StoreCertificates>;
}

export interface LockOptions {
  readonly signal?: AbortSignal;
  /** How long to wait for a living owner, in milliseconds. */
  readonly withinMs?: number;
  /** Called once when the lock is held by somebody else. */
  readonly onWait?: (owner: string) => void;
}

/**
 * Scripts of docker-machine's users name `machines/<name>/id_rsa` themselves, so the login key has that name whatever its type.
 * Every file that may stand in a machine's folder besides config.json and secrets.json.
 */
export type MachineFile =
  | 'ca.pem'
  | 'cert.pem'
  | 'key.pem'
  | 'server.pem'
  | 'server-key.pem'
  // Of an imported machine whose authority is not the store's.
  | 'ca-key.pem'
  // The variables of the docker client, for shells.
  | 'env'
  // Settings for the ssh programs of this computer.
  | 'ssh_config'
  // A unix socket: the engine of a machine that is reached over SSH alone.
  | 'docker.sock'
  | 'id_rsa'
  | 'id_rsa.pub'
  | 'known_hosts'
  | 'ssh_host_key'
  | 'ssh_host_key.pub';
