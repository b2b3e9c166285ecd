import { Args, Flags } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';
import { MachineError } from '../errors.js';
import { installSshConfig, keepSshConfig, printSshBlock, sshBlock } from '../lifecycle/ssh-config.js';
import { loginMachines } from '../lifecycle/login-machines.js';

export default class SshConfig extends MachineCommand {
  static override summary = 'Print the settings by which ssh, scp and VS Code get to machines under their names.';
  static override description =
    'Blocks of ssh_config: address, user, key, and the host key that berth knows. With --install one Include line is added to ~/.ssh/config; from then on every machine of the store is known there, also after it got another address, and no longer once it is removed.';
  static override examples = [
    '<%= config.bin %> ssh-config --install',
    '<%= config.bin %> ssh-config web-1',
    'ssh -F <(<%= config.bin %> ssh-config web-1) web-1',
  ];
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'names of the machines; all without any' }),
  };
  static override flags = { install: Flags.boolean({ description: 'add an Include line to ~/.ssh/config' }) };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(SshConfig);
    const program = this.programFor(flags);
    if (flags.install) return this.install(argv, program);
    const machines = await loginMachines(argv.map(String), program);
    const blocks = await Promise.all(
      machines.map(async (machine) => ({ name: machine.name, block: await sshBlock(machine, program) })),
    );
    if (!this.jsonEnabled())
      process.stdout.write(blocks.map(({ name, block }) => printSshBlock(name, block)).join('\n'));
    return blocks.map(({ name, block }) => ({ name, ...Object.fromEntries(block) }));
  }

  private async install(argv: readonly unknown[], program: Parameters<typeof installSshConfig>[0]): Promise<unknown> {
    if (argv.length > 0)
      throw new MachineError('BadUsage', 'no machine name goes with --install: it is for all of them');
    for (const machine of await loginMachines([], program)) await keepSshConfig(machine, program);
    const installed = await installSshConfig(program);
    this.log(
      installed.wasThere
        ? `${installed.path} has this line already: ${installed.line}`
        : `Added one line to ${installed.path}: ${installed.line}`,
    );
    return installed;
  }
}
