import { Args, Flags } from '@oclif/core';
import { noVariables, variablesOf } from '../cli/answers.js';
import { MachineCommand } from '../cli/machine-command.js';
import { parentShell } from '../cli/parent-shell.js';
import { print } from '../cli/stdout.js';
import { swarmEntry } from '../lifecycle/swarm-entry.js';
import { shellLines, shellName, type Assignment } from '../shell/environment.js';

export default class Env extends MachineCommand {
  static override summary = 'Print the commands that point the docker client at a machine.';
  static override examples = ['eval $(<%= config.bin %> env web-1)', 'eval $(<%= config.bin %> env -u)'];
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'name of the machine; "default" without one' }),
  };
  static override flags = {
    shell: Flags.string({
      description: 'fish, cmd, powershell, tcsh, emacs, nu, elvish, xonsh or bash; your own otherwise',
    }),
    unset: Flags.boolean({ char: 'u', description: 'take the variables back' }),
    swarm: Flags.boolean({ description: 'point at a manager of the swarm that is alive now' }),
    'no-proxy': Flags.boolean({ description: 'add the address of the machine to NO_PROXY' }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Env);
    const shell = shellName(flags.shell ?? parentShell(), this.environment['SHELL'], process.platform);
    const assignments = flags.unset ? this.unset(argv, flags['no-proxy']) : await this.assignments(argv, flags);
    print(this.jsonEnabled() ? '' : shellLines(shell, assignments, [...this.config.bin.split(' '), ...this.typed()]));
    return Object.fromEntries(assignments.map(([name, value]) => [name, value ?? null]));
  }

  /** The words of the command line, as they were typed. */
  private typed(): readonly string[] {
    const { typed } = this.config.pjson.oclif as { readonly typed?: readonly string[] };
    return typed ?? ['env', ...this.argv];
  }

  private async assignments(
    argv: readonly unknown[],
    flags: { readonly 'no-proxy': boolean; readonly swarm: boolean },
  ): Promise<readonly Assignment[]> {
    const program = this.programFor(flags);
    const name = await this.nameOf(argv, program);
    const machine = flags.swarm ? await swarmEntry(name, program) : await program.store.read(name);
    return variablesOf(machine, program, flags['no-proxy']);
  }

  private unset(argv: readonly unknown[], noProxy: boolean): readonly Assignment[] {
    const proxy = this.environment['no_proxy'] ? 'no_proxy' : 'NO_PROXY';
    return [...noVariables(argv), ...(noProxy ? [[proxy, undefined] as const] : [])];
  }
}
