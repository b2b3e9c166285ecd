import { Args } from '@oclif/core';
import { completionModel } from '../cli/completion-model.js';
import { MachineCommand } from '../cli/machine-command.js';
import { parentShell } from '../cli/parent-shell.js';
import { shellCompletion, SHELLS_WITH_COMPLETION } from '../shell/completion/completion.js';
import { shellName } from '../shell/environment.js';

export default class Completion extends MachineCommand {
  static override summary = 'Print the script that completes command lines in a shell.';
  static override description = `Put it into the shell's start-up file. Shells: ${SHELLS_WITH_COMPLETION.join(', ')}.`;
  static override examples = [
    '# ~/.bashrc\neval "$(<%= config.bin %> completion bash)"',
    '# ~/.zshrc, behind compinit\neval "$(<%= config.bin %> completion zsh)"',
    '<%= config.bin %> completion fish > ~/.config/fish/completions/<%= config.bin %>.fish',
    '# $PROFILE of PowerShell\n<%= config.bin %> completion powershell | Out-String | Invoke-Expression',
    '# nushell: once, then `use berth-completion.nu *` in config.nu, and the completer that its first line shows\n<%= config.bin %> completion nu | save berth-completion.nu',
  ];
  static override args = { shell: Args.string({ ignoreStdin: true, description: 'the shell; your own without one' }) };

  async run(): Promise<unknown> {
    const { args } = await this.parse(Completion);
    const shell = shellName(args.shell ?? parentShell(), this.environment['SHELL'], process.platform);
    const script = shellCompletion(shell, completionModel(this.config));
    process.stdout.write(this.jsonEnabled() ? '' : script);
    return { shell, script };
  }
}
