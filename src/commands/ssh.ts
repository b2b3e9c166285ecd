import { Args } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';
import { splitSshWords } from '../cli/ssh-words.js';
import { openShell } from '../lifecycle/shell.js';

export default class Ssh extends MachineCommand {
  static override summary = 'Log in to a machine, or run a command on it.';
  static override description =
    'Words after the name go to the remote shell as ssh sends them: joined by blanks. The exit code is the remote one. Options of ssh itself, such as -t or -L, may stand between name and command; the ssh program then makes the connection.';
  static override examples = ['<%= config.bin %> ssh web-1', '<%= config.bin %> ssh web-1 docker ps'];
  static override enableJsonFlag = false;
  static override strict = false;
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'name of the machine; "default" without one' }),
    command: Args.string({ ignoreStdin: true, description: 'command line for the remote shell' }),
  };

  async run(): Promise<void> {
    // Only what stands before the name is ours; oclif would take flags of the remote command for its own.
    const { ours, rest } = splitSshWords(this.argv);
    const { argv, flags } = await this.parse(Ssh, ours);
    const program = this.programFor(flags);
    const name = await this.nameOf(argv, program);
    process.exitCode = await openShell(
      name,
      { words: rest, tty: this.terminal.stdinIsTty && this.terminal.stdoutIsTty },
      program,
    );
  }
}
