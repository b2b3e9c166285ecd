import { Args, Flags } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';
import { clientOptions } from '../lifecycle/connection.js';
import { reachEngine } from '../lifecycle/reach.js';
import { swarmEntry } from '../lifecycle/swarm-entry.js';
import { ensureTunnel } from '../lifecycle/tunnel-start.js';

export default class Config extends MachineCommand {
  static override summary = "Print the docker client's options for a machine.";

  static override examples = ['docker $(<%= config.bin %> config web-1) ps'];
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'name of the machine; "default" without one' }),
  };

  static override flags = {
    swarm: Flags.boolean({ description: 'point at a manager of the swarm that is alive now' }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Config);
    const program = this.programFor(flags);

    const name = await this.nameOf(argv, program);
    const machine = flags.swarm ? await swarmEntry(name, program) : await program.store.read(name);
    const lines = clientOptions(machine, program.store.folder(machine.name));
    if (flags.swarm) await ensureTunnel(machine, program);
    else await reachEngine(machine, program);
    this.log(lines.join('\n'));
    return { name, options: lines };
  }
}
