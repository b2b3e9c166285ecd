import { Args } from '@oclif/core';
import { addressesOf } from '../cli/answers.js';
import { MachineCommand } from '../cli/machine-command.js';

export default class Ip extends MachineCommand {
  static override summary = 'Print the addresses of machines.';

  static override examples = ['<%= config.bin %> ip web-1'];
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'names of the machines; "default" without any' }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Ip);
    const program = this.programFor(flags);

    const results = await addressesOf(await this.namesOf(argv, program), program);
    for (const { address } of results) this.log(address);
    return results;
  }
}
