import { Args } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';
import { restartMachine } from '../lifecycle/power.js';

export default class Restart extends MachineCommand {
  static override summary = 'Restart machines.';

  static override examples = ['<%= config.bin %> restart web-1'];
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'names of the machines; "default" without any' }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Restart);
    const program = this.programFor(flags);

    const machines = await this.eachMachine(await this.namesOf(argv, program), program, restartMachine);
    for (const { name } of machines) this.log(`Machine "${name}" was restarted.`);
    return machines.map(({ name, address }) => ({ name, address }));
  }
}
