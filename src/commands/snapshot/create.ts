import { Args } from '@oclif/core';
import { MachineCommand } from '../../cli/machine-command.js';
import { makeSnapshot, parseTag } from '../../lifecycle/snapshots.js';
import { parseName } from '../../name.js';

export default class SnapshotCreate extends MachineCommand {
  static override summary = 'Keep a state of a machine: its disk, and its memory while it runs.';
  static override examples = ['<%= config.bin %> snapshot create dev before-upgrade'];
  static override args = {
    name: Args.string({ ignoreStdin: true, required: true, description: 'name of the machine' }),
    snapshot: Args.string({ ignoreStdin: true, required: true, description: 'name of the snapshot' }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(SnapshotCreate);
    const name = parseName(args.name);
    const tag = parseTag(args.snapshot);
    await makeSnapshot(name, tag, this.programFor(flags));
    this.log(`Snapshot "${tag}" of machine "${name}" was made.`);
    return { name, snapshot: tag };
  }
}
