import type { Duplex } from 'node:stream';
import type { SshTarget } from '../driver.js';
import type { Connection } from './connection.js';
import { deliver, runScript } from './deliver.js';
import type { Argv, CopyOptions, Forward, Host, HostFile, RunOptions, RunResult, ShellOptions } from './host.js';
import { download, upload } from './copy.js';
import { readRemote, writeRemote } from './files.js';
import { dial } from './dial.js';
import { type Endpoint, forward } from './forward.js';
import { commandLine, execute } from './remote-command.js';
import { shell, type Streams } from './shell.js';

type FileOptions = { readonly sudo?: boolean; readonly signal?: AbortSignal };

/** The Host interface over one SSH connection. */
export class SshHost implements Host {
  constructor(
    private readonly connection: Connection,
    readonly target: SshTarget,
  ) {}

  get exchanges(): number {
    return this.connection.opened;
  }

  async run(argv: Argv, options: RunOptions = {}): Promise<RunResult> {
    const { sudo, ...rest } = options;
    const command = commandLine(argv, { user: this.target.user, sudo });
    const { stdout, stderr } = await execute(this.connection, command, rest);
    return { stdout: stdout.toString(), stderr };
  }

  deliver(
    files: readonly HostFile[] | Promise<readonly HostFile[]>,
    script: string,
    options?: Omit<RunOptions, 'input'>,
  ): Promise<RunResult> {
    return deliver(this.connection, { files, script, user: this.target.user }, options);
  }

  runScript(script: { name: string; text: string }, options?: Omit<RunOptions, 'input'>): Promise<RunResult> {
    return runScript(this.connection, { ...script, user: this.target.user }, options);
  }

  read(path: string, options: FileOptions = {}): Promise<Buffer> {
    return readRemote(this.connection, path, { ...options, user: this.target.user });
  }

  write(file: HostFile, options: FileOptions = {}): Promise<void> {
    return writeRemote(this.connection, file, { ...options, user: this.target.user });
  }

  upload(from: string, to: string, options?: CopyOptions): Promise<void> {
    return upload(this.connection, { from, to, user: this.target.user }, options);
  }

  download(from: string, to: string, options?: CopyOptions): Promise<void> {
    return download(this.connection, { from, to, user: this.target.user }, options);
  }

  shell(command: string | undefined, options: ShellOptions, streams?: Streams): Promise<number> {
    return shell(this.connection, { command, options }, streams);
  }

  forward(local: Endpoint, remote: Endpoint): Promise<Forward> {
    return forward(this.connection, { local, remote });
  }

  dial(socketPath: string): Promise<Duplex> {
    return dial(this.connection, socketPath);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.connection.end();
  }
}
