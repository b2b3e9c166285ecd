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
