import { Args } from '@oclif/core';
import { MachineCommand } from '../../cli/machine-command.js';
import { MachineError } from '../../errors.js';
import { engineSettings, settingAt } from '../../lifecycle/engine-settings.js';
import { parseName } from '../../name.js';
import type { Json } from '../../record.js';

export default class EngineGet extends MachineCommand {
  static override summary = "Print the settings of a machine's engine, as its daemon.json has them.";
  static override examples = [
    '<%= config.bin %> engine get web-1',
    '<%= config.bin %> engine get web-1 log-opts.max-size',
  ];
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, required: true, description: 'name of the machine' }),
    key: Args.string({ ignoreStdin: true, description: 'one setting; all of them without it' }),
  };

  async run(): Promise<unknown> {
    const { args, argv, flags } = await this.parse(EngineGet);
    if (argv.length > 2) throw new MachineError('BadUsage', 'expected a machine and at most one setting');
    const name = parseName(args.name);
    const settings = await engineSettings(name, this.programFor(flags));
    if (args.key === undefined) {
      for (const [key, value] of Object.entries(settings)) this.log(`${key}=${text(value)}`);
      return settings;
    }
    const value = settingAt(settings, args.key, name);
    this.log(text(value));
    return value;
  }
}

/** As `engine set` takes it. */
function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
