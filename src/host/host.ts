import type { Duplex, Readable } from 'node:stream';
import type { SshTarget } from '../driver.js';

/** A program and its arguments; quoting happens once, where the words are sent. */
export type Argv = readonly [string, ...string[]];

export interface RunOptions {
  readonly input?: string | Buffer | Readable;
  /** Milliseconds; without one the signal alone ends the wait. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** As root: unchanged for root, `sudo -n` for everybody else. */
  readonly sudo?: boolean;
  /** Called with each complete line of stdout as it arrives, without its line break. */
  readonly onLine?: (line: string) => void;
}

export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
}

/** A file to be put on a host. */
export interface HostFile {
  /** Relative to the folder that `deliver` makes, or absolute for `write`. */
  readonly path: string;
  /** Text, bytes, or a local file that is streamed. */
  readonly content: string | Buffer | { readonly localPath: string };
  /** Permission bits, 0o600 say. */
  readonly mode: number;
}

export interface CopyOptions {
  readonly recursive?: boolean;
  readonly signal?: AbortSignal;
  /** Bytes done and bytes in all, of one file after the other. */
  readonly onProgress?: (file: string, done: number, total: number) => void;
}

export interface ShellOptions {
  /** A pseudo-terminal; the size of our own terminal is followed. */
  readonly tty: boolean;
  /** Type of our own terminal (TERM). */
  readonly term?: string;
  readonly signal?: AbortSignal;
}

/** A place with a shell and files, over one SSH connection. */
export interface Host extends AsyncDisposable {
  readonly target: SshTarget;
  /** Channels opened so far on this connection: what the bench counts. */
  readonly exchanges: number;
  /** Runs one program; its words are quoted here. @throws MachineError CommandFailed when it does not exit with 0, HostUnreachable */
  run(argv: Argv, options?: RunOptions): Promise<RunResult>;
  /**
   * In one exchange: unpacks the files (tar over stdin) into a fresh folder only the login user can read, runs `sh` on
   * the one named `script` there, as root if `sudo`, and removes the folder whatever happens. Files may be promised: the
   * exchange is opened at once and waits on the host for them, and where none come nothing is done there.
   */
  deliver(
    files: readonly HostFile[] | Promise<readonly HostFile[]>,
    script: string,
    options?: Omit<RunOptions, 'input'>,
  ): Promise<RunResult>;
  /**
   * The same for one script that is no secret and below 8 KB: it travels in the command line, where other users of the
   * host can read it, and so is there a round trip sooner. Its output comes in one piece, when it has ended.
   */
  runScript(
    script: { readonly name: string; readonly text: string },
    options?: Omit<RunOptions, 'input'>,
  ): Promise<RunResult>;
  read(path: string, options?: { readonly sudo?: boolean; readonly signal?: AbortSignal }): Promise<Buffer>;
  write(file: HostFile, options?: { readonly sudo?: boolean; readonly signal?: AbortSignal }): Promise<void>;
  /** Local path to remote path; a folder needs `recursive`. */
  upload(from: string, to: string, options?: CopyOptions): Promise<void>;
  download(from: string, to: string, options?: CopyOptions): Promise<void>;
  /** Our own stdin, stdout and stderr joined to a login shell, or to one command line. Resolves to the remote exit code. */
  shell(command: string | undefined, options: ShellOptions): Promise<number>;
  /** Listens on a local port (0 picks one) and carries each connection to the remote address. */
  forward(
    local: { readonly host: string; readonly port: number },
    remote: { readonly host: string; readonly port: number },
  ): Promise<Forward>;
  /** A connection to a unix socket of the host. It is no session: sshd's MaxSessions does not count it. @throws MachineError EngineUnreachable, HostUnreachable */
  dial(socketPath: string): Promise<Duplex>;
}

export interface Forward extends AsyncDisposable {
  readonly port: number;
}

/** How to get to a host and be sure that it is the right one. */
export interface ConnectRequest {
  readonly target: SshTarget;
  /** What messages call the host: the machine's name. The target's host when absent. */
  readonly name?: string;
  /** A private key's file; without one the agent and the user's own identities are tried. */
  readonly keyPath?: string;
  /** The machine's known_hosts file: a host key found there must match, one that is not there is added on first use. */
  readonly knownHostsPath: string;
  /** Total limit for reaching the host, logging in included, in milliseconds. */
  readonly withinMs: number;
  /** Try again until the limit while the host is not up yet. False: one attempt. */
  readonly retry: boolean;
  readonly signal?: AbortSignal;
  /** Told whenever the stage of the connection attempt changes: "no route", "refused", "no SSH banner" … */
  readonly onStage?: (stage: string) => void;
  /** Asks for a key's passphrase; absent where nobody can be asked. */
  readonly askPassphrase?: (keyPath: string) => Promise<string>;
  /** Socket of the user's SSH agent (SSH_AUTH_SOCK). */
  readonly agentPath?: string;
  /** The user's home folder: default identities, and `~` and known_hosts of the ssh_config's jump hosts. */
  readonly homeFolder?: string;
  /** The user's ssh_config; not read when absent. */
  readonly sshConfigPath?: string;
  /** Parts of the target that nobody chose: the ssh_config may replace them. */
  readonly overridable?: readonly ('user' | 'port')[];
}

/** A login key or host key, both halves in OpenSSH's own format; the public one is a single line. */
export interface SshKeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}
