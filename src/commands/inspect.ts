import { Args } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';

export default class Inspect extends MachineCommand {
  static override summary = 'Print the record of a machine as JSON.';

  static override examples = ['<%= config.bin %> inspect web-1'];
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'name of the machine; "default" without one' }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Inspect);
    const program = this.programFor(flags);

    const text = await program.store.document(await this.nameOf(argv, program));
    this.log(text);
    return JSON.parse(text) as unknown;
  }
}
