import { Args } from '@oclif/core';
import { MachineCommand } from '../../cli/machine-command.js';
import { MachineError } from '../../errors.js';
import { changeSettings, settingsOfWords } from '../../lifecycle/engine-settings.js';
import { parseName } from '../../name.js';

export default class EngineSet extends MachineCommand {
  static override summary = "Change settings of a machine's engine, and keep them.";
  static override description =
    'Any key of daemon.json; objects by KEY.INNER=VALUE, lists with commas or as JSON. The engine checks them first; where it does not come up with them it gets its old ones back. Containers go on running. What the engine can read anew it takes without a restart. Every later provisioning keeps them.';
  static override examples = [
    '<%= config.bin %> engine set web-1 debug=true log-opts.max-size=10m',
    '<%= config.bin %> engine set web-1 registry-mirrors=https://mirror.example.com',
  ];
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, required: true, description: 'name of the machine' }),
    setting: Args.string({ ignoreStdin: true, description: 'settings as KEY=VALUE' }),
  };

  async run(): Promise<unknown> {
    const { args, argv, flags } = await this.parse(EngineSet);
    const words = argv.slice(1).map(String);
    if (words.length === 0)
      throw new MachineError('BadUsage', 'no setting given', { suggestions: ['berth engine set NAME KEY=VALUE'] });
    const name = parseName(args.name);
    const { steps } = await changeSettings(name, settingsOfWords(words), this.programFor(flags));
    this.log(
      steps.length === 0
        ? `The engine of "${name}" has these settings already.`
        : `The engine of "${name}" is changed.`,
    );
    return { name, changed: steps.length > 0 };
  }
}
