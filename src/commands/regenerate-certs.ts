import { Args, Flags } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';
import { confirm } from '../cli/prompt.js';
import { reprovision } from '../lifecycle/reprovision.js';

export default class RegenerateCerts extends MachineCommand {
  static override summary = 'Issue new certificates for the engines of machines; containers keep running.';

  static override examples = ['<%= config.bin %> regenerate-certs -f web-1'];
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'names of the machines; "default" without any' }),
  };
  static override flags = {
    force: Flags.boolean({ char: 'f', description: 'do not ask' }),
    'client-certs': Flags.boolean({
      description: 'no effect: authority and client certificate are always renewed when they are missing or expired',
    }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(RegenerateCerts);
    const program = this.programFor(flags);

    const names = await this.namesOf(argv, program);
    if (
      !flags.force &&
      !(await confirm(
        'Regenerate TLS machine certs?  Warning: this is irreversible.',
        this.terminal,
        this.jsonEnabled() ? 'stderr' : 'stdout',
      ))
    )
      return [];
    const results = await this.eachMachine(names, program, async (name, its) => ({
      name,
      steps: (await reprovision(name, { renew: true }, its)).steps,
    }));
    for (const { name } of results) this.log(`Machine "${name}" has a new certificate.`);
    return results;
  }
}
