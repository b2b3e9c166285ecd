import { clusterArgs, SwarmCommand } from '../../cli/swarm-command.js';
import { rotateSecrets } from '../../lifecycle/swarm-care.js';

export default class SwarmRotate extends SwarmCommand {
  static override summary = 'Make new join tokens of a cluster, and a new unlock key where managers lock themselves.';
  static override examples = ['<%= config.bin %> swarm rotate prod'];
  static override strict = false;
  static override args = clusterArgs;

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(SwarmRotate);
    const name = this.clusterName(argv);
    await rotateSecrets(name, this.programFor(flags));
    this.log(`Cluster "${name}" has new join tokens.`);
    return { name };
  }
}
