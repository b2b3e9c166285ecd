import { Args, Flags } from '@oclif/core';
import { formatBytes } from '../cli/bytes.js';
import { MachineCommand } from '../cli/machine-command.js';
import { confirm } from '../cli/prompt.js';
import { MachineError } from '../errors.js';
import { checkPruning, pruneMachine } from '../lifecycle/disk.js';
import { parseName } from '../name.js';

export default class Prune extends MachineCommand {
  static override summary = 'Remove what nobody uses from the engines of machines.';
  static override description =
    'Stopped containers, networks without containers, untagged images and unused build cache; with --all every image that no container uses, with --volumes volumes too.';
  static override examples = [
    '<%= config.bin %> prune web-1',
    '<%= config.bin %> prune -y --all --until 24h web-1 web-2',
  ];
  static override strict = false;
  static override args = { name: Args.string({ ignoreStdin: true, description: 'names of the machines' }) };
  static override flags = {
    all: Flags.boolean({ char: 'a', description: 'every image that no container uses, named volumes with --volumes' }),
    volumes: Flags.boolean({ description: 'volumes that no container uses: their data is lost' }),
    until: Flags.string({ helpValue: '<time>', default: '', description: 'only what is older, such as 24h' }),
    yes: Flags.boolean({ char: 'y', description: 'do not ask' }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Prune);
    if (argv.length === 0)
      throw new MachineError('BadUsage', 'expected one or more machine names as arguments', {
        suggestions: ['berth df'],
      });
    const names = [...new Set(argv.map((text) => parseName(String(text))))];
    const { all, volumes, until } = flags;
    checkPruning({ all, volumes, until });
    const program = this.programFor(flags);
    for (const name of names) await program.store.read(name);
    const what = `stopped containers, networks, ${all ? 'images' : 'untagged images'}, build cache`;
    this.log(`About to remove from ${names.join(', ')} what nobody uses: ${what}${volumes ? ', volumes' : ''}`);
    const where = this.jsonEnabled() ? 'stderr' : 'stdout';
    if (!flags.yes && !(await confirm('Are you sure?', this.terminal, where))) return [];
    const pruned = await this.eachMachine(names, program, (name, its) =>
      pruneMachine(name, { all, volumes, until }, its),
    );
    for (const { name, freedBytes } of pruned) this.log(`Freed ${formatBytes(freedBytes)} on ${name}`);
    return pruned;
  }
}
