import { Flags } from '@oclif/core';
import { clusterArgs, SwarmCommand } from '../../cli/swarm-command.js';
import { repairCluster } from '../../lifecycle/swarm-repair.js';

export default class SwarmRepair extends SwarmCommand {
  static override summary =
    'Bring a cluster back to what it shall be: machines that are off, nodes, addresses, networks.';
  static override description = 'Also finishes what an interrupted command began.';
  static override examples = ['<%= config.bin %> swarm repair prod'];
  static override strict = false;
  static override args = clusterArgs;
  static override flags = {
    'force-new-cluster': Flags.boolean({
      description: 'when the quorum is lost for good: go on with what the first manager that answers knows',
    }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(SwarmRepair);
    const repair = { forceNewCluster: flags['force-new-cluster'] };
    return this.tell(await repairCluster(this.clusterName(argv), repair, this.programFor(flags)));
  }
}
