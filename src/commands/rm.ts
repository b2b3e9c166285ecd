import { Args, Flags } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';
import { confirm } from '../cli/prompt.js';
import { MachineError } from '../errors.js';
import { removeMachine } from '../lifecycle/remove.js';
import { parseName } from '../name.js';

export default class Rm extends MachineCommand {
  static override summary = 'Remove machines: the hosts that berth made, and their records.';
  static override examples = ['<%= config.bin %> rm web-1', '<%= config.bin %> rm -y web-1 web-2'];
  static override strict = false;
  static override args = { name: Args.string({ ignoreStdin: true, description: 'names of the machines' }) };
  static override flags = {
    force: Flags.boolean({
      char: 'f',
      description: 'do not ask, and remove the record even if the machine cannot be removed',
    }),
    yes: Flags.boolean({ char: 'y', description: 'do not ask' }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Rm);
    if (argv.length === 0)
      throw new MachineError('BadUsage', 'expected one or more machine names as arguments', {
        suggestions: ['berth ls'],
      });
    const names = [...new Set(argv.map((text) => parseName(String(text))))];
    const program = this.programFor(flags);
    this.log(`About to remove ${names.join(', ')}`);
    this.log('WARNING: This action will delete both local reference and remote instance.');
    if (
      !flags.force &&
      !flags.yes &&
      !(await confirm('Are you sure?', this.terminal, this.jsonEnabled() ? 'stderr' : 'stdout'))
    )
      return [];
    return this.eachMachine(names, program, async (name, its) => {
      await removeMachine(name, { force: flags.force, together: names }, its);
      this.log(`Successfully removed ${name}`);
      return { name };
    });
  }
}
