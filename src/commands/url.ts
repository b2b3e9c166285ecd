import { Args } from '@oclif/core';
import { reachableUrl } from '../cli/answers.js';
import { MachineCommand } from '../cli/machine-command.js';

export default class Url extends MachineCommand {
  static override summary = "Print the URL of a machine's engine.";

  static override examples = ['<%= config.bin %> url web-1'];
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'name of the machine; "default" without one' }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Url);
    const program = this.programFor(flags);

    const name = await this.nameOf(argv, program);
    const url = await reachableUrl(name, program);
    this.log(url);
    return { name, url };
  }
}
