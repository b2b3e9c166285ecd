import { MachineCommand } from '../../cli/machine-command.js';
import { renderTable } from '../../cli/table.js';

export default class SwarmLs extends MachineCommand {
  static override summary = 'List the clusters of the store.';
  static override examples = ['<%= config.bin %> swarm ls'];

  async run(): Promise<unknown> {
    const { flags } = await this.parse(SwarmLs);
    const { clusters } = this.programFor(flags);
    const all = await Promise.all((await clusters.list()).map((name) => clusters.read(name)));
    const rows = all.map(({ name, id = '', members }) => {
      const managers = members.filter(({ role }) => role === 'manager').length;
      return { name, id, managers, workers: members.length - managers };
    });
    if (!this.jsonEnabled()) {
      const cells = rows.map((row) => [row.name, String(row.managers), String(row.workers), row.id]);
      process.stdout.write(renderTable([['NAME', 'MANAGERS', 'WORKERS', 'ID'], ...cells]));
    }
    return rows;
  }
}
