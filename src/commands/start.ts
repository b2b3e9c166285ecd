import { Args } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';
import { startMachine } from '../lifecycle/power.js';

export default class Start extends MachineCommand {
  static override summary = 'Start machines.';

  static override examples = ['<%= config.bin %> start web-1'];
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'names of the machines; "default" without any' }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Start);
    const program = this.programFor(flags);

    const machines = await this.eachMachine(await this.namesOf(argv, program), program, async (name, its) => {
      its.report.info(`Starting "${name}"...`);
      return startMachine(name, its);
    });
    for (const { name } of machines) this.log(`Machine "${name}" was started.`);
    return machines.map(({ name, address }) => ({ name, address }));
  }
}
