import { Args } from '@oclif/core';
import { parseClusterName, type ClusterName } from '../cluster-name.js';
import { MachineError } from '../errors.js';
import type { RunResult } from '../lifecycle/swarm-run.js';
import { parseName, type MachineName } from '../name.js';
import { MachineCommand } from './machine-command.js';

export const clusterArgs = { cluster: Args.string({ ignoreStdin: true, description: 'name of the cluster' }) };

/** What the commands on clusters share. */
export abstract class SwarmCommand extends MachineCommand {
  /** The cluster, and the machines named behind it. */
  protected clusterAndMachines(argv: readonly unknown[]): { name: ClusterName; machines: readonly MachineName[] } {
    const [first, ...rest] = argv.map(String);
    if (first === undefined)
      throw new MachineError('BadUsage', 'no cluster named', {
        suggestions: [`berth ${this.id?.replace(':', ' ')} NAME`, 'berth swarm ls'],
      });
    return { name: parseClusterName(first), machines: [...new Set(rest.map(parseName))] };
  }

  protected clusterName(argv: readonly unknown[]): ClusterName {
    const { name, machines } = this.clusterAndMachines(argv);
    const [extra] = machines;
    if (extra !== undefined) throw new MachineError('BadUsage', `expected one cluster name, got "${extra}" as well`);
    return name;
  }

  /** What became of the cluster, in one line, and as JSON. */
  protected tell({ cluster, done, waitingFor }: RunResult): unknown {
    const { name, members } = cluster;
    const managers = members.filter(({ role }) => role === 'manager').length;
    if (waitingFor.length > 0)
      this.log(
        `Cluster "${name}" waits for ${waitingFor.join(', ')}; then run: ${this.config.bin} swarm repair ${name}`,
      );
    else if (done.length === 0) this.log(`Cluster "${name}" needed nothing.`);
    else this.log(`Cluster "${name}" is ready: ${managers} managers, ${members.length - managers} workers.`);
    return {
      name,
      id: cluster.id ?? '',
      members: members.map(({ machine, role }) => ({ machine, role })),
      done,
      waitingFor,
    };
  }
}
