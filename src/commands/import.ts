import { resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';
import { knownPassphrase } from '../cli/passphrase.js';
import { MachineError } from '../errors.js';
import { importMachines } from '../lifecycle/import.js';
import { parseName, type MachineName } from '../name.js';

export default class Import extends MachineCommand {
  static override summary = 'Take machines from another store, or from an archive.';
  static override description =
    'SOURCE is a folder (a store, or one machine of it), an archive of export, or a .tar.gz of a store. Nothing is written over, and the source stays as it is. Machines of another certificate authority keep its files, and are verified with them.';
  static override examples = [
    '<%= config.bin %> import machines.berth',
    '<%= config.bin %> import /mnt/old/.docker/machine --rename default=old-default',
  ];
  static override args = {
    source: Args.string({ ignoreStdin: true, required: true, description: 'folder or archive' }),
  };
  static override flags = {
    rename: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: '<old=new>',
      description: 'another name for a machine; can be repeated',
    }),
    'skip-existing': Flags.boolean({ description: 'leave out machines whose names are taken' }),
    'passphrase-file': Flags.string({ helpValue: '<file>', description: 'file whose first line is the passphrase' }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Import);
    const program = this.programFor(flags);

    const machines = await importMachines(
      {
        source: resolve(args.source),
        rename: new Map((flags.rename ?? []).map(parseRename)),
        skipExisting: flags['skip-existing'],
        passphrase: () =>
          knownPassphrase({
            environment: this.environment,
            file: flags['passphrase-file'],
            terminal: this.terminal,
            readUserFile: (path) => program.readUserFile(path),
          }),
      },
      program,
    );
    if (machines.length > 0) this.log(machines.join('\n'));
    return { machines };
  }
}

function parseRename(text: string): [MachineName, MachineName] {
  const [old, name, ...more] = text.split('=');
  if (old === undefined || name === undefined || more.length > 0)
    throw new MachineError('BadOption', `option --rename wants old=new, got "${text}"`);
  return [parseName(old), parseName(name)];
}
