import { Args } from '@oclif/core';
import { initScript } from '../cli/answers.js';
import { MachineCommand } from '../cli/machine-command.js';
import { SHELLS_WITH_INIT } from '../shell/init.js';

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
    const made = initScript(args.shell, this.config.bin, this.environment);
    process.stdout.write(this.jsonEnabled() ? '' : made.script);
    return made;
  }
}
