import { MachineCommand } from '../cli/machine-command.js';
import { projectFlags, readProject } from '../cli/project-file.js';
import { changeJson, changeText } from '../cli/project-text.js';
import { planProject } from '../lifecycle/project.js';

export default class Plan extends MachineCommand {
  static override summary = 'Show what apply would do.';
  static override examples = ['<%= config.bin %> plan', '<%= config.bin %> plan -f cluster.yaml --json'];
  static override aliases = ['diff'];
  static override flags = projectFlags;

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Plan);
    const program = this.programFor(flags);
    const changes = await planProject(await readProject(flags.file, program), program);
    for (const change of changes) this.log(changeText(change));
    if (changes.length === 0) this.log('Nothing to do.');
    return changes.map(changeJson);
  }
}
