import { Args, Flags } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';
import { changeEngineLabels, changeLabels, parseLabels } from '../lifecycle/labels.js';
import { parseName } from '../name.js';

export default class Label extends MachineCommand {
  static override summary = 'Give a machine labels, or take them away; print them without any.';
  static override description =
    'Labels stand in the record: `ls --filter label=team=shop` finds them. With --engine the engine gets them as well, for `docker info` and for placement by engine.labels.';
  static override examples = [
    '<%= config.bin %> label web-1 team=shop zone=a',
    '<%= config.bin %> label web-1 zone-',
    '<%= config.bin %> label web-1',
  ];
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, required: true, description: 'name of the machine' }),
    label: Args.string({ ignoreStdin: true, description: 'key=value, or key- to remove it' }),
  };
  static override flags = { engine: Flags.boolean({ description: 'labels of the engine too' }) };

  async run(): Promise<unknown> {
    const { args, argv, flags } = await this.parse(Label);
    const name = parseName(args.name);
    const words = argv.slice(1).map(String);
    const change = parseLabels(words);
    const program = this.programFor(flags);
    if (words.length > 0 && flags.engine) await changeEngineLabels(name, change, program);
    const labels =
      words.length > 0 ? await changeLabels(name, change, program) : ((await program.store.read(name)).labels ?? {});
    for (const [key, value] of Object.entries(labels)) this.log(`${key}=${value}`);
    return { name, labels };
  }
}
