import { Args } from '@oclif/core';
import { MachineCommand } from '../cli/machine-command.js';
import { parentShell } from '../cli/parent-shell.js';
import { shellName } from '../shell/environment.js';
import { shellInit, SHELLS_WITH_INIT } from '../shell/init.js';

export default class ShellInit extends MachineCommand {
  static override summary =
    'Print the script that gives a shell `use`, which switches machines without starting a process.';
  static override description = `Put it into the shell's start-up file. Shells: ${SHELLS_WITH_INIT.join(', ')}.`;
  static override examples = [
    '# ~/.bashrc, ~/.zshrc\neval "$(<%= config.bin %> shell-init bash)"',
    '# ~/.config/fish/config.fish\n<%= config.bin %> shell-init fish | source',
    '# $PROFILE of PowerShell\n<%= config.bin %> shell-init powershell | Out-String | Invoke-Expression',
    '# nushell: once, then `use berth.nu *` in config.nu\n<%= config.bin %> shell-init nu | save berth.nu',
    '# ~/.config/elvish/rc.elv\neval (<%= config.bin %> shell-init elvish | slurp)',
    '# ~/.xonshrc\nexecx($(<%= config.bin %> shell-init xonsh))',
    '# ~/.tcshrc, where the word is <%= config.bin %>-use\neval `<%= config.bin %> shell-init tcsh`',
    '<%= config.bin %> use web-1',
  ];
  static override args = { shell: Args.string({ ignoreStdin: true, description: 'the shell; your own without one' }) };

  async run(): Promise<unknown> {
    const { args } = await this.parse(ShellInit);
    const shell = shellName(args.shell ?? parentShell(), this.environment['SHELL'], process.platform);
    // As a plugin of the docker client there is no word of our own to define.
    const script = shellInit(shell, this.config.bin.includes(' ') ? 'berth' : this.config.bin);
    process.stdout.write(this.jsonEnabled() ? '' : script);
    return { shell, script };
  }
}
