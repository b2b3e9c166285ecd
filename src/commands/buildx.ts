import { Args, Flags } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';
import { MachineError } from '../errors.js';
import { builderCommands } from '../lifecycle/builder.js';

export default class Buildx extends MachineCommand {
  static override summary = 'Print the commands that make a builder of docker buildx from machines.';
  static override description =
    'The nodes of the builder are the docker contexts of the machines: it finds them under another address too. Nothing is run; pipe the output to a shell.';
  static override examples = [
    '<%= config.bin %> buildx web-1 web-2 | sh',
    '<%= config.bin %> buildx --builder arm arm-1 | sh && docker buildx build --builder arm .',
  ];
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'names of the machines; "default" without any' }),
  };
  static override flags = {
    builder: Flags.string({ default: 'berth', helpValue: '<name>', description: 'name of the builder' }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Buildx);
    const program = this.programFor(flags);
    // The rule of buildx itself; what it accepts is inert in a shell, too.
    if (!/^[a-zA-Z][a-zA-Z0-9_-]*$/.test(flags.builder))
      throw new MachineError(
        'BadOption',
        `a builder's name has only letters, digits, "-" and "_", got "${flags.builder}"`,
      );
    const names = await this.namesOf(argv, program);
    const machines = await Promise.all(names.map((name) => program.store.read(name)));
    const commands = await builderCommands(flags.builder, machines, program);
    for (const words of commands) this.log(words.join(' '));
    return { builder: flags.builder, commands };
  }
}
