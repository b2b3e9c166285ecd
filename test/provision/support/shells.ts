import { spawnSync } from 'node:child_process';

export type Shell = readonly [string, ...string[]];

/** The POSIX shells that are installed here, by the name a test title shows. */
export const SHELLS: readonly { readonly name: string; readonly shell: Shell }[] = [
  { name: 'dash', shell: ['dash'] as const },
  { name: 'bash --posix', shell: ['bash', '--posix'] as const },
  { name: 'busybox sh', shell: ['busybox', 'sh'] as const },
].filter(({ shell: [program, ...words] }) => spawnSync(program, [...words, '-c', ':']).status === 0);

/** What the program says against the text on its stdin; '' when it finds nothing. */
export function objections([program, ...words]: Shell, text: string): string {
  const { status, stdout, stderr } = spawnSync(program, words, { input: text, encoding: 'utf8' });
  return status === 0 ? '' : `${stdout}${stderr}`;
}

export const hasShellcheck = spawnSync('shellcheck', ['--version']).status === 0;
