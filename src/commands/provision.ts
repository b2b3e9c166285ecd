import { Args } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';
import { reprovision } from '../lifecycle/reprovision.js';

export default class Provision extends MachineCommand {
  static override summary = 'Bring the hosts of machines to their wanted state; a good one is left as it is.';

  static override examples = ['<%= config.bin %> provision web-1'];
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'names of the machines; "default" without any' }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Provision);
    const program = this.programFor(flags);

    const results = await this.eachMachine(await this.namesOf(argv, program), program, async (name, its) => ({
      name,
      steps: (await reprovision(name, { renew: false }, its)).steps,
    }));
    for (const { name, steps } of results)
      this.log(steps.length === 0 ? `Machine "${name}" needed nothing.` : `Machine "${name}" was provisioned.`);
    return results;
  }
}
