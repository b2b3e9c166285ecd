import { readFileSync } from 'node:fs';

const SHELLS: ReadonlySet<string> = new Set([
  ...['sh', 'bash', 'rbash', 'zsh', 'ksh', 'ksh93', 'mksh', 'lksh', 'yash', 'dash', 'ash', 'busybox'],
  ...['fish', 'tcsh', 'csh', 'pwsh', 'nu', 'elvish', 'xonsh'],
]);

/** Programs that run us on behalf of a shell: the docker client its plugins, say. */
const BETWEEN: ReadonlySet<string> = new Set(['docker', 'sudo', 'doas', 'timeout', 'nice', 'strace']);
/** sudo is two processes where it makes a terminal; more than a few in a row is nobody's command line. */
const MOST_BETWEEN = 4;

/**
 * The shell that has called us, by the names of our parent process and, behind programs that run others, of theirs; undefined
 * where that is no shell or the system does not tell without a process being started for it. The user's login shell ($SHELL) is
 * often another one.
 */
export function parentShell(pid: number = process.ppid): string | undefined {
  for (let [between, next] = [0, pid]; between <= MOST_BETWEEN; between += 1) {
    const process = processOf(next);
    if (process && SHELLS.has(process.name)) return process.name;
    if (!process || !BETWEEN.has(process.name)) return undefined;
    next = process.parent;
  }
  return undefined;
}

/** proc_pid_stat(5): the name stands in brackets and may hold some, the parent is the second word behind it. */
function processOf(pid: number): { readonly name: string; readonly parent: number } | undefined {
  try {
    const [, name = '', parent = ''] = /\((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    // NixOS starts programs by scripts of their names.
    return { name: name.replace(/^\.(.+)-wrapped$/, '$1'), parent: Number(parent) };
  } catch {
    return undefined;
  }
}
