import { clusterArgs, SwarmCommand } from '../../cli/swarm-command.js';
import { unlockCluster } from '../../lifecycle/swarm-care.js';

export default class SwarmUnlock extends SwarmCommand {
  static override summary = 'Unlock the managers of a cluster that was made with --autolock after they were restarted.';
  static override examples = ['<%= config.bin %> swarm unlock prod'];
  static override strict = false;
  static override args = clusterArgs;

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(SwarmUnlock);
    return this.tell(await unlockCluster(this.clusterName(argv), this.programFor(flags)));
  }
}
