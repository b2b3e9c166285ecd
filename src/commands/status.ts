import { Args } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';
import { stateAsker } from '../lifecycle/states.js';
import { stateWord } from '../lifecycle/status.js';

export default class Status extends MachineCommand {
  static override summary = 'Print the states of machines: Running, Stopped …';

  static override examples = ['<%= config.bin %> status web-1', '<%= config.bin %> status web-1 web-2'];
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'names of the machines; "default" without any' }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Status);
    const program = this.programFor(flags);

    const names = await this.namesOf(argv, program);
    const machines = await this.eachMachine(names, program, (name, its) => its.store.read(name));
    const askState = stateAsker(machines, program);
    const results = await this.eachMachine(names, program, async (name, its) => ({
      name,
      state: stateWord(await askState(await its.store.read(name), its)),
    }));
    for (const { state } of results) this.log(state);
    return results.length === 1 ? results[0] : results;
  }
}
