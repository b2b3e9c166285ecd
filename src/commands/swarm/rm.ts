import { Flags } from '@oclif/core';
import { confirm } from '../../cli/prompt.js';
import { clusterArgs, SwarmCommand } from '../../cli/swarm-command.js';
import { removeCluster } from '../../lifecycle/swarm-change.js';
import { ownMachines } from '../../lifecycle/swarm-own.js';

export default class SwarmRm extends SwarmCommand {
  static override summary = 'Remove a cluster, and the machines that berth made for it.';
  static override description = 'Machines of other drivers leave the swarm and stay.';
  static override examples = ['<%= config.bin %> swarm rm prod', '<%= config.bin %> swarm rm -y --keep-machines prod'];
  static override strict = false;
  static override args = clusterArgs;
  static override flags = {
    yes: Flags.boolean({ char: 'y', description: 'do not ask' }),
    'keep-machines': Flags.boolean({ description: 'end the swarm and keep all machines' }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(SwarmRm);
    const name = this.clusterName(argv);
    const program = this.programFor(flags);
    const keep = flags['keep-machines'];
    const members = (await program.clusters.read(name)).members.map(({ machine }) => machine);
    const own = keep ? [] : await ownMachines(members, program);
    this.log(`About to remove the cluster "${name}"${own.length > 0 ? ` and the machines ${own.join(', ')}` : ''}`);
    const isSure =
      flags.yes || (await confirm('Are you sure?', this.terminal, this.jsonEnabled() ? 'stderr' : 'stdout'));
    if (!isSure) return { name, removed: [] };
    const removed = await removeCluster(name, { keep }, program);
    this.log(`Successfully removed ${name}`);
    return { name, removed };
  }
}
