import { Args, Flags } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';
import { parentShell } from '../cli/parent-shell.js';
import { MachineError } from '../errors.js';
import { initLines } from '../shell/init.js';

export default class Use extends MachineCommand {
  static override summary = 'Switch this shell to a machine: a function of the shell, see shell-init.';
  static override examples = [
    '<%= config.bin %> use web-1',
    '<%= config.bin %> use -',
    '<%= config.bin %> use --unset',
  ];
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'name of the machine; "-" is the one before' }),
  };
  static override flags = { unset: Flags.boolean({ char: 'u', description: 'take the variables back' }) };

  async run(): Promise<never> {
    const { args, flags } = await this.parse(Use);
    const { bin } = this.config;
    const wish = flags.unset ? '--unset' : (args.name ?? 'NAME');
    const shell = parentShell() ?? this.environment['SHELL']?.split('/').at(-1) ?? '';
    // Whoever gets here has called the program: no program can change the shell that it was called from. The docker client's
    // plugin cannot have a function of a shell, either.
    throw new MachineError('NotSupported', 'this shell has no function for use yet', {
      suggestions: bin.includes(' ') ? [`eval "$(${bin} env ${wish})"`] : initLines(shell, bin, wish),
    });
  }
}
