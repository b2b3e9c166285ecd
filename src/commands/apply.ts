import { Flags } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';
import { projectFlags, readProject } from '../cli/project-file.js';
import { changeJson, changeText } from '../cli/project-text.js';
import { confirm } from '../cli/prompt.js';
import { applyChanges } from '../lifecycle/apply.js';
import { planProject } from '../lifecycle/project.js';

export default class Apply extends MachineCommand {
  static override summary = 'Bring about the machines and clusters that a file describes.';
  static override description =
    'The keys of a machine or cluster are the flags of its create; machines that the file does not name are left alone. Run again, it changes nothing.';
  static override examples = ['<%= config.bin %> apply', '<%= config.bin %> apply -f cluster.yaml -y'];
  static override flags = { ...projectFlags, yes: Flags.boolean({ char: 'y', description: 'do not ask' }) };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Apply);
    const program = this.programFor(flags);
    const changes = await planProject(await readProject(flags.file, program), program);
    for (const change of changes) this.log(changeText(change));
    const isSure =
      changes.length === 0 ||
      flags.yes ||
      (await confirm('Bring this about?', this.terminal, this.jsonEnabled() ? 'stderr' : 'stdout'));
    if (!isSure) return [];
    await applyChanges(changes, program);
    this.log(changes.length === 0 ? 'Nothing to do.' : 'Everything is as the file says.');
    return changes.map(changeJson);
  }
}
