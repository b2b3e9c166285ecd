import { resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';
import { newPassphrase } from '../cli/passphrase.js';
import { MachineError } from '../errors.js';
import { exportMachines } from '../lifecycle/export.js';
import { parseName } from '../name.js';

export default class Export extends MachineCommand {
  static override summary = 'Write machines into an encrypted archive, to use them from another computer.';
  static override description =
    'Each machine gets a new client certificate, and a new login key that its host is told of over SSH; the keys of this computer stay here. A client certificate opens every engine of the same authority. The passphrase is asked for on a terminal; elsewhere it comes from BERTH_PASSPHRASE or --passphrase-file.';
  static override examples = [
    '<%= config.bin %> export web-1 web-2 -o machines.berth',
    '<%= config.bin %> export -o all.berth --passphrase-file ~/passphrase',
  ];
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'names of the machines; all of them without one' }),
  };
  static override flags = {
    output: Flags.string({
      char: 'o',
      helpValue: '<file>',
      description: 'archive to write; never one that exists',
    }),
    'passphrase-file': Flags.string({ helpValue: '<file>', description: 'file whose first line is the passphrase' }),
    'with-ca-key': Flags.boolean({
      description:
        'hand over the authority, too: the other computer can then provision machines, and make certificates',
    }),
    offline: Flags.boolean({ description: 'reach no host: the archive gets the login keys of this computer' }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Export);
    if (flags.output === undefined)
      throw new MachineError('BadUsage', 'option --output is missing: the archive to write', {
        suggestions: ['berth export -o machines.berth'],
      });
    const program = this.programFor(flags);
    const file = resolve(flags.output);

    const names = await exportMachines(
      {
        names: argv.length === 0 ? undefined : [...new Set(argv.map((text) => parseName(String(text))))],
        file,
        passphrase: await newPassphrase({
          environment: this.environment,
          file: flags['passphrase-file'],
          terminal: this.terminal,
          readUserFile: (path) => program.readUserFile(path),
        }),
        withCaKey: flags['with-ca-key'],
        offline: flags.offline,
      },
      program,
    );
    this.log(names.join('\n'));
    return { file, machines: names };
  }
}
