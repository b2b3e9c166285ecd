import { Args } from '@oclif/core';
import { MachineCommand } from '../../cli/machine-command.js';
import { MachineError } from '../../errors.js';
import { changeSettings, settingsWithout } from '../../lifecycle/engine-settings.js';
import { parseName } from '../../name.js';

export default class EngineUnset extends MachineCommand {
  static override summary = "Take settings of a machine's engine away: its own defaults hold again.";
  static override examples = ['<%= config.bin %> engine unset web-1 debug log-opts.max-size'];
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, required: true, description: 'name of the machine' }),
    key: Args.string({ ignoreStdin: true, description: 'keys of daemon.json' }),
  };

  async run(): Promise<unknown> {
    const { args, argv, flags } = await this.parse(EngineUnset);
    const words = argv.slice(1).map(String);
    if (words.length === 0)
      throw new MachineError('BadUsage', 'no setting given', { suggestions: ['berth engine unset NAME KEY'] });
    const name = parseName(args.name);
    const { steps } = await changeSettings(name, settingsWithout(words), this.programFor(flags));
    this.log(
      steps.length === 0 ? `The engine of "${name}" has no such settings.` : `The engine of "${name}" is changed.`,
    );
    return { name, changed: steps.length > 0 };
  }
}
