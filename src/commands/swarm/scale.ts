import { countFlag } from '../../cli/swarm-settings.js';
import { clusterArgs, SwarmCommand } from '../../cli/swarm-command.js';
import { MachineError } from '../../errors.js';
import { scaleCluster } from '../../lifecycle/swarm-scale.js';

export default class SwarmScale extends SwarmCommand {
  static override summary = 'Make or remove machines of a cluster until it has so many.';
  static override description = 'New machines are made like those there are; the youngest are removed first.';
  static override examples = ['<%= config.bin %> swarm scale prod --workers 7'];
  static override strict = false;
  static override args = clusterArgs;
  static override flags = { managers: countFlag('managers', 1), workers: countFlag('workers', 0) };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(SwarmScale);
    const { managers, workers } = flags;
    if (managers === undefined && workers === undefined)
      throw new MachineError('BadUsage', 'neither --managers nor --workers is given');
    const scale = { ...(managers === undefined ? {} : { managers }), ...(workers === undefined ? {} : { workers }) };
    return this.tell(await scaleCluster(this.clusterName(argv), scale, this.programFor(flags)));
  }
}
