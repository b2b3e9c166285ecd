import { Args } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';
import { renameMachine } from '../lifecycle/rename.js';
import { parseName, parseNewName } from '../name.js';

export default class Rename extends MachineCommand {
  static override summary = 'Give a machine another name.';
  static override description =
    'Record, certificate, host name, docker context and the records of clusters follow; containers go on running. What carries the old name at a provider keeps it. Interrupted, the same command finishes it.';
  static override examples = ['<%= config.bin %> rename web-1 shop-1'];
  static override args = {
    name: Args.string({ ignoreStdin: true, required: true, description: 'name of the machine' }),
    to: Args.string({ ignoreStdin: true, required: true, description: 'its new name' }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Rename);
    const [from, to] = [parseName(args.name), parseNewName(args.to)];
    const renamed = await renameMachine({ from, to }, this.programFor(flags));
    this.log(`Machine "${from}" is called "${to}" now.`);
    if (renamed.isHostPending) this.log(`Its host is off, and gets the name when it starts: berth start ${to}`);
    return renamed;
  }
}
