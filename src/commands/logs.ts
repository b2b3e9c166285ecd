import { Args, Flags } from '@oclif/core';
import { parseInteger } from '../cli/driver-flags.js';
import { MachineCommand } from '../cli/machine-command.js';
import { MachineError } from '../errors.js';
import { readLog } from '../lifecycle/logs.js';

export default class Logs extends MachineCommand {
  static override summary = "Print the end of a log of a machine: its engine's, or another.";
  static override description =
    'Of a host that does not answer, --boot prints what its provider knows of its console, where it tells.';
  static override examples = ['<%= config.bin %> logs web-1', '<%= config.bin %> logs -f -n 20 --boot web-1'];
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'name of the machine; "default" without one' }),
  };
  static override flags = {
    engine: Flags.boolean({
      description: "the engine's log, which is meant without a flag",
      exclusive: ['boot', 'install'],
    }),
    boot: Flags.boolean({ description: "the host's log since it booted", exclusive: ['install'] }),
    install: Flags.boolean({ description: 'the log of the installation' }),
    follow: Flags.boolean({ char: 'f', description: 'go on with what comes, until interrupted' }),
    lines: Flags.custom<number>({
      char: 'n',
      default: 100,
      helpValue: '<count>',
      description: 'how many lines of its end',
      parse: async (text) => parseInteger(text, 'lines', { min: 1, max: 1_000_000 }),
    })(),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Logs);
    if (flags.follow && this.jsonEnabled())
      throw new MachineError('BadUsage', 'what comes for ever has no JSON: leave out --follow or --json');
    const program = this.programFor(flags);
    const name = await this.nameOf(argv, program);
    const source = flags.boot ? 'boot' : flags.install ? 'install' : 'engine';
    const lines: string[] = [];
    const onLine = (line: string): void => {
      if (this.jsonEnabled()) lines.push(line);
      else this.log(line);
    };
    await readLog(name, { source, lines: flags.lines, follow: flags.follow, onLine }, program);
    return { name, source, lines };
  }
}
