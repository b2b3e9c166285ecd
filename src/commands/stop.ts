import { Args } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';
import { stopMachine } from '../lifecycle/power.js';

export default class Stop extends MachineCommand {
  static override summary = 'Stop machines in order.';

  static override examples = ['<%= config.bin %> stop web-1'];
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'names of the machines; "default" without any' }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Stop);
    const program = this.programFor(flags);

    const machines = await this.eachMachine(await this.namesOf(argv, program), program, stopMachine);
    for (const { name } of machines) this.log(`Machine "${name}" was stopped.`);
    return machines.map(({ name }) => ({ name }));
  }
}
