import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Computer } from '../doctor/computer.js';
import type { ShellExam } from '../doctor/shells.js';
import { currentContext } from '../engine/contexts.js';

/** A program that only tells its version and does not end is passed over, in milliseconds. */
const ASK_WITHIN_MS = 10_000;

/** The computer that we run on. */
export function thisComputer(environment: Readonly<NodeJS.ProcessEnv>): Computer {
  return {
    platform: process.platform,
    nodeVersion: process.versions.node,
    userId: process.getuid?.(),
    ask: ([program, ...words], own = {}) =>
      new Promise((resolve) => {
        const options = { env: { ...environment, ...own }, timeout: ASK_WITHIN_MS, windowsHide: true };
        execFile(program, words, options, (error, stdout, stderr) =>
          // A client without an engine tells its version and fails all the same.
          resolve(error && (error.killed === true || typeof error.code === 'string') ? undefined : { stdout, stderr }),
        );
      }),
  };
}

/** Where shells read what their user wants at every start, first those that win. */
const START_UP: Readonly<Record<string, readonly string[]>> = {
  bash: ['.bashrc', '.bash_profile', '.profile'],
  zsh: ['.zshrc'],
  fish: ['.config/fish/config.fish'],
  tcsh: ['.tcshrc', '.cshrc'],
  csh: ['.cshrc'],
  elvish: ['.config/elvish/rc.elv', '.elvish/rc.elv'],
  xonsh: ['.xonshrc', '.config/xonsh/rc.xsh'],
  nu: ['.config/nushell/config.nu'],
  nushell: ['.config/nushell/config.nu'],
};

/** What doctor has to know of a shell; the files are read, nothing is run. */
export async function shellOf(
  shell: string,
  { home, dockerFolder }: { readonly home: string; readonly dockerFolder: string | undefined },
): Promise<Pick<ShellExam, 'shell' | 'startUp' | 'currentContext'>> {
  const files = (START_UP[shell] ?? []).map((file) => join(home, file)).filter((path) => existsSync(path));
  const texts = files.map((path) => readIfPossible(path));
  const [path] = files;
  return {
    shell,
    ...(path === undefined ? {} : { startUp: { path, text: texts.join('\n') } }),
    currentContext: dockerFolder === undefined ? '' : await currentContext(dockerFolder),
  };
}

function readIfPossible(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
