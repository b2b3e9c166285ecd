import { Args } from '@oclif/core';
import { MachineCommand } from '../../cli/machine-command.js';
import { removeSnapshot, parseTag } from '../../lifecycle/snapshots.js';
import { parseName } from '../../name.js';

export default class SnapshotRm extends MachineCommand {
  static override summary = 'Remove a state of a machine.';
  static override examples = ['<%= config.bin %> snapshot rm dev before-upgrade'];
  static override args = {
    name: Args.string({ ignoreStdin: true, required: true, description: 'name of the machine' }),
    snapshot: Args.string({ ignoreStdin: true, required: true, description: 'name of the snapshot' }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(SnapshotRm);
    const name = parseName(args.name);
    const tag = parseTag(args.snapshot);
    await removeSnapshot(name, tag, this.programFor(flags));
    this.log(`Snapshot "${tag}" of machine "${name}" was removed.`);
    return { name, snapshot: tag };
  }
}
