import { Args } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';
import { machineState, stateWord } from '../lifecycle/status.js';

export default class Status extends MachineCommand {
  static override summary = 'Print the state of a machine: Running, Stopped …';

  static override examples = ['<%= config.bin %> status web-1'];
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'name of the machine; "default" without one' }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Status);
    const program = this.programFor(flags);

    const name = await this.nameOf(argv, program);
    const state = stateWord(await machineState(await program.store.read(name), program));
    this.log(state);
    return { name, state };
  }
}
