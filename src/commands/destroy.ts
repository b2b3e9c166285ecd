import { Flags } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';
import { projectFlags, readProject } from '../cli/project-file.js';
import { confirm } from '../cli/prompt.js';
import { presentIn } from '../lifecycle/project.js';
import { removeMachine } from '../lifecycle/remove.js';
import { removeCluster } from '../lifecycle/swarm-change.js';

export default class Destroy extends MachineCommand {
  static override summary = 'Remove the machines and clusters that a file names.';
  static override examples = ['<%= config.bin %> destroy', '<%= config.bin %> destroy -f cluster.yaml -y'];
  static override flags = { ...projectFlags, yes: Flags.boolean({ char: 'y', description: 'do not ask' }) };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Destroy);
    const program = this.programFor(flags);
    const project = await readProject(flags.file, program);
    const { machines, clusters } = await presentIn(project, program);
    for (const name of clusters) this.log(`- cluster ${name}`);
    for (const name of machines) this.log(`- machine ${name}`);
    if (machines.length + clusters.length === 0) {
      this.log('Nothing of it is there.');
      return { machines, clusters };
    }
    const isSure =
      flags.yes || (await confirm('Remove all this?', this.terminal, this.jsonEnabled() ? 'stderr' : 'stdout'));
    if (!isSure) return { machines: [], clusters: [] };
    for (const name of clusters) await removeCluster(name, { keep: false }, program);
    // Those that were members are gone with their cluster.
    const left = (await presentIn(project, program)).machines;
    await this.eachMachine(left, program, (name, its) => removeMachine(name, { force: false, together: left }, its));
    return { machines, clusters };
  }
}
