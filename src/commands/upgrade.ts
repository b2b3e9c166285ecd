import { Args } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';
import { upgradeMachine } from '../lifecycle/upgrade.js';

export default class Upgrade extends MachineCommand {
  static override summary = 'Bring the engines of machines to the newest version of where they came from.';
  static override description =
    'A stopped machine is started first. Containers that run go on running where the engine can take them over.';
  static override examples = ['<%= config.bin %> upgrade web-1'];
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'names of the machines; "default" without any' }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Upgrade);
    const program = this.programFor(flags);
    const names = await this.namesOf(argv, program);
    const results = await this.eachMachine(names, program, (name, its) => upgradeMachine(name, its));
    for (const { name, from, to } of results) {
      this.log(
        from === to
          ? `Machine "${name}" has the newest engine of its source: ${to}.`
          : `Machine "${name}" was upgraded from engine ${from} to ${to}.`,
      );
    }
    return results;
  }
}
