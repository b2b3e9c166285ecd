import { Flags } from '@oclif/core';
import { clusterArgs, SwarmCommand } from '../../cli/swarm-command.js';
import { pairsOf } from '../../cli/swarm-settings.js';
import { MachineError } from '../../errors.js';
import { joinCluster } from '../../lifecycle/swarm-change.js';

export default class SwarmJoin extends SwarmCommand {
  static override summary = 'Make machines members of a cluster, or give members another role.';
  static override usage = 'swarm:join CLUSTER MACHINE... [--manager]';
  static override examples = [
    '<%= config.bin %> swarm join prod web-1 web-2',
    '<%= config.bin %> swarm join prod web-1 --manager',
  ];
  static override strict = false;
  static override args = clusterArgs;
  static override flags = {
    manager: Flags.boolean({ description: 'as managers; workers otherwise' }),
    label: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: '<key=value>',
      description: 'label of the nodes, repeatable',
    }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(SwarmJoin);
    const { name, machines } = this.clusterAndMachines(argv);
    if (machines.length === 0) throw new MachineError('BadUsage', 'no machine named', { suggestions: ['berth ls'] });
    const role = flags.manager ? 'manager' : 'worker';
    const labels = pairsOf(flags.label ?? [], 'label');
    return this.tell(
      await joinCluster(
        name,
        machines.map((machine) => ({ machine, role, labels })),
        this.programFor(flags),
      ),
    );
  }
}
