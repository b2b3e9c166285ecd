import { Args } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';
import { suspendMachine } from '../lifecycle/suspend.js';

export default class Suspend extends MachineCommand {
  static override summary = 'Save the memory of machines to their disks and end them, to go on later.';

  static override examples = ['<%= config.bin %> suspend dev'];
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'names of the machines; "default" without any' }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Suspend);
    const program = this.programFor(flags);

    const machines = await this.eachMachine(await this.namesOf(argv, program), program, suspendMachine);
    for (const { name } of machines) this.log(`Machine "${name}" was suspended.`);
    return machines.map(({ name }) => ({ name }));
  }
}
