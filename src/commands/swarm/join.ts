import { Flags } from '@oclif/core';
import { clusterArgs, SwarmCommand } from '../../cli/swarm-command.js';
import { pairsOf } from '../../cli/swarm-settings.js';
import { MachineError } from '../../errors.js';
import { joinCluster } from '../../lifecycle/swarm-change.js';
import type { Role } from '../../swarm/contract.js';

export default class SwarmJoin extends SwarmCommand {
  static override summary = 'Make machines members of a cluster, or give members another role, labels or availability.';
  static override usage = 'swarm:join CLUSTER MACHINE... [--manager]';
  static override examples = [
    '<%= config.bin %> swarm join prod web-1 web-2',
    '<%= config.bin %> swarm join prod web-1 --manager',
  ];
  static override strict = false;
  static override args = clusterArgs;
  static override flags = {
    manager: Flags.boolean({
      allowNo: true,
      description: 'as managers; otherwise new ones are workers, and members keep their role',
    }),
    label: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: '<key=value>',
      description: 'label of the nodes, repeatable',
    }),
    availability: Flags.option({
      options: ['active', 'pause', 'drain'] as const,
      description: 'whether tasks run on the nodes; pause takes no new ones',
    })(),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(SwarmJoin);
    const { name, machines } = this.clusterAndMachines(argv);
    if (machines.length === 0) throw new MachineError('BadUsage', 'no machine named', { suggestions: ['berth ls'] });
    const { availability } = flags;
    const role: Role = flags.manager ? 'manager' : 'worker';
    const said = {
      labels: pairsOf(flags.label ?? [], 'label'),
      ...(flags.manager === undefined ? {} : { role }),
      ...(availability ? { availability } : {}),
    };
    return this.tell(
      await joinCluster(
        name,
        machines.map((machine) => ({ machine, ...said })),
        this.programFor(flags),
      ),
    );
  }
}
