import { Args } from '@oclif/core';
import { MachineCommand } from '../../cli/machine-command.js';
import { renderTable } from '../../cli/table.js';
import { listSnapshots } from '../../lifecycle/snapshots.js';
import { parseName } from '../../name.js';

export default class SnapshotLs extends MachineCommand {
  static override summary = 'List the states of a machine that can be gone back to.';
  static override examples = ['<%= config.bin %> snapshot ls dev'];
  static override args = {
    name: Args.string({ ignoreStdin: true, required: true, description: 'name of the machine' }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(SnapshotLs);
    const snapshots = await listSnapshots(parseName(args.name), this.programFor(flags));
    if (!this.jsonEnabled() && snapshots.length > 0) {
      const rows = snapshots.map(({ tag, madeAt, running }) => [tag, madeAt, running ? 'running' : 'stopped']);
      process.stdout.write(renderTable([['SNAPSHOT', 'MADE', 'STATE'], ...rows]));
    }
    return snapshots;
  }
}
