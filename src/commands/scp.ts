import { Args, Flags } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';
import { copyProgress } from '../cli/copy-progress.js';
import { copyBetween, parseLocation } from '../lifecycle/copy.js';
import { synchronize } from '../lifecycle/synchronize.js';

export default class Scp extends MachineCommand {
  static override summary = 'Copy files between this computer and machines, or between two machines.';
  static override examples = [
    '<%= config.bin %> scp -r ./site web-1:/srv/site',
    '<%= config.bin %> scp web-1:/etc/os-release .',
  ];
  static override args = {
    from: Args.string({ ignoreStdin: true, required: true, description: 'path, or machine:path' }),
    to: Args.string({ ignoreStdin: true, required: true, description: 'path, or machine:path' }),
  };
  static override flags = {
    recursive: Flags.boolean({ char: 'r', description: 'copy folders with all that is in them' }),
    delta: Flags.boolean({ char: 'd', description: 'send only what differs, with rsync' }),
    quiet: Flags.boolean({ char: 'q', description: 'show no progress' }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Scp);
    const program = this.programFor(flags);
    if (flags.delta) {
      await synchronize(parseLocation(args.from), parseLocation(args.to), flags, program);
      return { from: args.from, to: args.to };
    }
    const onProgress =
      flags.quiet || !this.terminal.stderrIsTty
        ? undefined
        : copyProgress((text) => process.stderr.write(text), this.terminal.columns);
    await copyBetween(
      parseLocation(args.from),
      parseLocation(args.to),
      { recursive: flags.recursive, signal: program.signal, ...(onProgress ? { onProgress } : {}) },
      program,
    );
    return { from: args.from, to: args.to };
  }
}
