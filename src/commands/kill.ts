import { Args } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';
import { killMachine } from '../lifecycle/power.js';

export default class Kill extends MachineCommand {
  static override summary = 'Stop machines at once, like a power cut.';

  static override examples = ['<%= config.bin %> kill web-1'];
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'names of the machines; "default" without any' }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Kill);
    const program = this.programFor(flags);

    const machines = await this.eachMachine(await this.namesOf(argv, program), program, killMachine);
    for (const { name } of machines) this.log(`Machine "${name}" was killed.`);
    return machines.map(({ name }) => ({ name }));
  }
}
