import { MachineError } from '../../errors.js';
import { bashCompletion } from './bash.js';
import { fishCompletion } from './fish.js';
import type { CompletionModel } from './model.js';
import { nushellCompletion } from './nushell.js';
import { powershellCompletion } from './powershell.js';
import { zshCompletion } from './zsh.js';

const WRITERS: Readonly<Record<string, (model: CompletionModel) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
  ...{ powershell: powershellCompletion, pwsh: powershellCompletion },
  ...{ nu: nushellCompletion, nushell: nushellCompletion },
};

export const SHELLS_WITH_COMPLETION: readonly string[] = Object.keys(WRITERS);

/**
 * The script that completes berth's command lines in a shell. What it offers stands in the script or in the store: pressing TAB
 * starts no process, but for files on a machine.
 * @throws MachineError BadUsage for a shell that there is none for
 */
export function shellCompletion(shell: string, model: CompletionModel): string {
  const write = Object.hasOwn(WRITERS, shell) ? WRITERS[shell] : undefined;
  if (write) return write(model);
  throw new MachineError('BadUsage', `there are no completions for "${shell}"`, {
    suggestions: [`Choose one of ${SHELLS_WITH_COMPLETION.join(', ')}`],
  });
}
