import { clusterArgs, SwarmCommand } from '../../cli/swarm-command.js';
import { renderTable } from '../../cli/table.js';
import { clusterStatus, type ClusterStatus } from '../../lifecycle/swarm-status.js';

const HEADER = ['MACHINE', 'ROLE', 'STATUS', 'AVAILABILITY', 'ADDRESS', 'DOCKER'];

export default class SwarmStatus extends SwarmCommand {
  static override summary = 'Show the nodes of a cluster, its quorum, and what repair would do.';
  static override examples = ['<%= config.bin %> swarm status prod'];
  static override strict = false;
  static override args = clusterArgs;

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(SwarmStatus);
    const status = await clusterStatus(this.clusterName(argv), this.programFor(flags));
    if (!this.jsonEnabled()) process.stdout.write(textOf(status));
    return status;
  }
}

function textOf({ nodes, managers, reachableManagers, needed, due, advice }: ClusterStatus): string {
  const rows = nodes.map(({ machine, role, status, leader, availability, address, engine }) => [
    ...[machine, leader ? `${role} (leader)` : role, status, availability, address],
    engine === '' ? 'Unknown' : `v${engine}`,
  ]);
  const quorum = `${reachableManagers} of ${managers} managers reachable, ${needed} needed`;
  const list = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
  return `${renderTable([HEADER, ...rows])}\n${[quorum, ...list('To do:', due), ...list('Advice:', advice)].join('\n')}\n`;
}
