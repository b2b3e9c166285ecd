import { Args } from '@oclif/core';
import { MachineCommand } from '../../cli/machine-command.js';
import { restoreSnapshot, parseTag } from '../../lifecycle/snapshots.js';
import { parseName } from '../../name.js';

export default class SnapshotRestore extends MachineCommand {
  static override summary = 'Go back to a state of a machine; what has happened since is lost.';
  static override examples = ['<%= config.bin %> snapshot restore dev before-upgrade'];
  static override args = {
    name: Args.string({ ignoreStdin: true, required: true, description: 'name of the machine' }),
    snapshot: Args.string({ ignoreStdin: true, required: true, description: 'name of the snapshot' }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(SnapshotRestore);
    const name = parseName(args.name);
    const tag = parseTag(args.snapshot);
    await restoreSnapshot(name, tag, this.programFor(flags));
    this.log(`Machine "${name}" is as it was at snapshot "${tag}".`);
    return { name, snapshot: tag };
  }
}
