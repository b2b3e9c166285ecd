import { MachineError } from '../errors.js';
import { renderTemplate } from '../template.js';

/** The scripts of templates/shell by the names that shells go by. */
const SCRIPTS: Readonly<Record<string, string>> = {
  ...{ sh: 'init.sh', bash: 'init.sh', zsh: 'init.sh', ksh: 'init.sh', mksh: 'init.sh', dash: 'init.sh' },
  ...{ fish: 'init.fish', csh: 'init.csh', tcsh: 'init.csh' },
  ...{ powershell: 'init.ps1', pwsh: 'init.ps1' },
  ...{ nu: 'init.nu', nushell: 'init.nu', elvish: 'init.elv', xonsh: 'init.xsh' },
};

export const SHELLS_WITH_INIT: readonly string[] = Object.keys(SCRIPTS);

/**
 * The script that gives a shell `use`, which switches machines without starting a process. `program`: the word that berth is
 * called by.
 * @throws MachineError BadUsage for a shell that there is none for
 */
export function shellInit(shell: string, program: string): string {
  const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
  if (script !== undefined) return renderTemplate(`shell/${script}`, { program });
  throw new MachineError('BadUsage', `there is no shell-init for "${shell}"`, {
    suggestions: [`Choose one of ${SHELLS_WITH_INIT.join(', ')}`],
  });
}

/** What a user types to have the script in the shell, and `use` what they wish then: the lines of a POSIX shell where none is known. */
export function initLines(shell: string, program: string, wish: string): readonly string[] {
  const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
  const command = `${program} shell-init`;
  const use = `${program} use ${wish}`;
  switch (script ?? '') {
    case 'init.fish':
      return [`${command} fish | source`, use];
    case 'init.csh':
      return [`eval \`${command} ${shell}\``, `${program}-use ${wish}`];
    case 'init.ps1':
      return [`${command} powershell | Out-String | Invoke-Expression`, use];
    case 'init.nu':
      return [`${command} nu | save -f ${program}.nu`, `use ${program}.nu *`, use];
    case 'init.elv':
      return [`eval (${command} elvish | slurp)`, use];
    case 'init.xsh':
      return [`execx($(${command} xonsh))`, use];
    default:
      return [`eval "$(${command} ${script ? shell : 'bash'})"`, use];
  }
}
