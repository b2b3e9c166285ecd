import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentShell } from '../../src/cli/parent-shell.js';
import { testFolder } from '../helpers/folder.js';

/** What is found for a process whose parents, from the farthest to the nearest, have these names. */
async function foundBehind(...names: readonly string[]): Promise<string | undefined> {
  using folder = testFolder();
  const [shell = '', ...programs] = names;
  copyFileSync('/bin/bash', join(folder.path, shell));
  for (const name of programs) copyFileSync('/bin/bash', join(folder.path, name));
  // Each runs the next, the last one waits; the second command keeps bash from being replaced by the first. With a socket as its
  // stdin it would read the user's own files.
  const line = programs.reduceRight(
    (inner, name) => `'${folder.path}/${name}' --norc -c '${quoted(inner)}'; :`,
    'echo $$; read',
  );
  const child = spawn(join(folder.path, shell), ['--norc', '-c', line], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [pid] = (await once(child.stdout, 'data')) as [Buffer];
  try {
    return parentShell(Number(pid.toString()));
  } finally {
    child.stdin.end();
    await once(child, 'close');
  }
}

function quoted(text: string): string {
  return text.replaceAll("'", `'\\''`);
}

const onLinux = process.platform === 'linux' ? describe : describe.skip;
onLinux('the shell that has called the program', () => {
  it.each([
    { names: ['fish'], shell: 'fish' },
    { names: ['ksh93'], shell: 'ksh93' },
    { names: ['.zsh-wrapped'], shell: 'zsh' },
    { names: ['fish', 'docker'], shell: 'fish' },
    { names: ['tcsh', 'sudo', 'sudo'], shell: 'tcsh' },
    { names: ['fish', 'bash'], shell: 'bash' },
    { names: ['fish', 'make'], shell: undefined },
  ])('is $shell behind $names', async ({ names, shell }) => {
    expect(await foundBehind(...names)).toBe(shell);
  });
});
