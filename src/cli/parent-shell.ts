import { readFileSync } from 'node:fs';

const SHELLS: ReadonlySet<string> = new Set([
  ...['sh', 'bash', 'zsh', 'ksh', 'mksh', 'dash', 'ash', 'fish', 'tcsh', 'csh', 'pwsh', 'nu', 'elvish', 'xonsh'],
]);

/**
 * The shell that has called us, by the name of our parent process; undefined where that is no shell or the system does not tell
 * without a process being started for it. The user's login shell ($SHELL) is often another one.
 */
export function parentShell(pid: number = process.ppid): string | undefined {
  try {
    const name = readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
    return SHELLS.has(name) ? name : undefined;
  } catch {
    return undefined;
  }
}
