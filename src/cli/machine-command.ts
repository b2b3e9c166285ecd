import { format } from 'node:util';
import { Command, Flags } from '@oclif/core';
import { EXIT_CODES } from '../errors.js';
import { forEachBounded, resultsOf } from '../lifecycle/each.js';
import type { Program } from '../lifecycle/program.js';
import type { MachineName } from '../name.js';
import { commandProgram } from './command-program.js';
import { parseInteger } from './driver-flags.js';
import { failureOf } from './failure.js';
import { machineName, machineNames } from './machine-names.js';
import { isProgressOnStdout } from './progress-stream.js';
import { print } from './stdout.js';
import { readTerminal, type Terminal } from './terminal.js';

const helpGroup = 'GLOBAL';

/** docker-machine's global flags and berth's own; every command has them. */
export const globalFlags = {
  debug: Flags.boolean({ char: 'D', helpGroup, env: 'MACHINE_DEBUG', description: 'tell more on stderr' }),
  'storage-path': Flags.string({
    char: 's',
    helpGroup,
    env: 'MACHINE_STORAGE_PATH',
    default: '',
    description: 'folder of the store; ~/.docker/machine otherwise',
  }),
  'tls-ca-cert': Flags.string({
    helpGroup,
    env: 'MACHINE_TLS_CA_CERT',
    description: 'certificate of the authority; certs/ca.pem of the store otherwise',
  }),
  'tls-ca-key': Flags.string({ helpGroup, env: 'MACHINE_TLS_CA_KEY', description: 'private key of the authority' }),
  'tls-client-cert': Flags.string({ helpGroup, env: 'MACHINE_TLS_CLIENT_CERT', description: 'client certificate' }),
  'tls-client-key': Flags.string({
    helpGroup,
    env: 'MACHINE_TLS_CLIENT_KEY',
    description: 'private key of the client certificate',
  }),
  'ssh-timeout': Flags.custom<number>({
    helpGroup,
    env: 'MACHINE_SSH_TIMEOUT',
    default: 300,
    helpValue: '<seconds>',
    description: 'how long to wait, in all, until a host answers SSH',
    parse: async (text) => parseInteger(text, 'ssh-timeout', { min: 1, max: 86_400 }),
  })(),
  // Scripts still give these: nothing is downloaded from GitHub, and no crash is reported to anybody.
  'github-api-token': Flags.string({ hidden: true, description: 'no effect' }),
  'bugsnag-api-token': Flags.string({ hidden: true, description: 'no effect' }),
  'native-ssh': Flags.boolean({ hidden: true, description: 'no effect: berth always speaks SSH itself' }),
  progress: Flags.string({
    helpGroup,
    env: 'BERTH_PROGRESS',
    options: ['auto', 'plain', 'tty', 'json'],
    default: 'auto',
    description: 'how to show progress on stderr',
  }),
};

/** What every command shares: global flags, the program, names, and the one place where errors are printed. */
export abstract class MachineCommand extends Command {
  static override baseFlags = globalFlags;
  static override enableJsonFlag = true;

  protected readonly terminal: Terminal = readTerminal();
  protected readonly environment: Readonly<NodeJS.ProcessEnv> = process.env;
  /** Machines worked on at once. */
  protected atOnce = 8;
  private closeReporter: () => void = () => {};

  /** The real program for the parsed flags. */
  protected programFor(flags: Readonly<Record<string, unknown>>): Program {
    const { program, close } = commandProgram(flags, {
      root: this.config.root,
      onStdout: () => isProgressOnStdout(this.id, this.config.bin) && !this.jsonEnabled(),
    });
    this.closeReporter = close;
    return program;
  }

  /** The names on the command line, checked; the machine `default` when there are none. */
  protected namesOf(argv: readonly unknown[], program: Program): Promise<readonly MachineName[]> {
    return machineNames(argv, program);
  }

  /** The single machine a command is for. */
  protected nameOf(argv: readonly unknown[], program: Program): Promise<MachineName> {
    return machineName(argv, program);
  }

  /** Does the work for every name, all of them whatever fails, then throws one error for those that did. */
  protected async eachMachine<T>(
    names: readonly MachineName[],
    program: Program,
    work: (name: MachineName, program: Program) => Promise<T>,
  ): Promise<T[]> {
    const named = (name: MachineName): Program =>
      names.length === 1 ? program : { ...program, report: program.report.forMachine(name) };
    return resultsOf(await forEachBounded(names, this.atOnce, (name) => work(name, named(name))));
  }

  override log(message = '', ...values: readonly unknown[]): void {
    if (!this.jsonEnabled()) print(`${format(message, ...values)}\n`);
  }

  protected override async catch(error: Error): Promise<void> {
    this.closeReporter();
    // Help and version end by an error that is none.
    if ('code' in error && error.code === 'EEXIT') throw error;
    const { bin, version } = this.config;
    const failure = failureOf(error, { bin, version, command: this.id?.replaceAll(':', ' ') });
    process.exitCode = failure.exitCode;
    if (this.jsonEnabled()) this.logJson(failure.json);
    else process.stderr.write(failure.text);
  }

  protected override async finally(error: Error | undefined): Promise<void> {
    this.closeReporter();
    if (process.exitCode === undefined && error) process.exitCode = EXIT_CODES.BadUsage;
    await super.finally(error);
  }
}
