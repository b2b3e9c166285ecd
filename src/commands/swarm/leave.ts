import { clusterArgs, SwarmCommand } from '../../cli/swarm-command.js';
import { MachineError } from '../../errors.js';
import { leaveCluster } from '../../lifecycle/swarm-change.js';

export default class SwarmLeave extends SwarmCommand {
  static override summary =
    'Take machines out of a cluster: drained, demoted, their nodes removed. They stay machines.';
  static override usage = 'swarm:leave CLUSTER MACHINE...';
  static override examples = ['<%= config.bin %> swarm leave prod web-2'];
  static override strict = false;
  static override args = clusterArgs;

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(SwarmLeave);
    const { name, machines } = this.clusterAndMachines(argv);
    if (machines.length === 0)
      throw new MachineError('BadUsage', 'no machine named', { suggestions: [`berth swarm status ${name}`] });
    return this.tell(await leaveCluster(name, machines, this.programFor(flags)));
  }
}
