import { Args } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';
import { resumeMachine } from '../lifecycle/suspend.js';

export default class Resume extends MachineCommand {
  static override summary = 'Go on with machines that were suspended.';

  static override examples = ['<%= config.bin %> resume dev'];
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'names of the machines; "default" without any' }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Resume);
    const program = this.programFor(flags);

    const machines = await this.eachMachine(await this.namesOf(argv, program), program, resumeMachine);
    for (const { name } of machines) this.log(`Machine "${name}" was resumed.`);
    return machines.map(({ name }) => ({ name }));
  }
}
