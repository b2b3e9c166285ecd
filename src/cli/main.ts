import { basename } from 'node:path';
import { Config, execute } from '@oclif/core';
import { globalFlags } from './machine-command.js';

/** Runs the program for the words of a command line; sets process.exitCode. */
export async function main(argv: readonly string[], moduleUrl: string): Promise<void> {
  // A reader that goes away (`berth ls | head -1`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  const args = commandFirst(argv.slice(2));
  const config = await Config.load(moduleUrl);
  // Help and hints speak of the name we were called by: berth or docker-machine.
  config.bin = basename(argv[1] ?? config.bin).replace(/\.(js|cmd)$/, '');
  if (config.bin === 'run') config.bin = 'berth';
  await execute({ args: [...args], dir: moduleUrl, loadOptions: config });
}

/** docker-machine's global flags stand before the command; oclif wants the command first. */
export function commandFirst(args: readonly string[]): readonly string[] {
  const leading: string[] = [];
  let at = 0;
  for (; at < args.length; at += 1) {
    const word = args[at] ?? '';
    const flag = globalFlagOf(word);
    if (!flag) break;
    leading.push(word);
    if (flag.takesValue && !word.includes('=')) leading.push(args[(at += 1)] ?? '');
  }
  const [command, ...rest] = args.slice(at);
  return command === undefined || command.startsWith('-') ? args : [command, ...leading, ...rest];
}

function globalFlagOf(word: string): { readonly takesValue: boolean } | undefined {
  const name = word.split('=')[0] ?? '';
  for (const [long, flag] of Object.entries(globalFlags)) {
    if (name === `--${long}` || (flag.char !== undefined && name === `-${flag.char}`))
      return { takesValue: flag.type !== 'boolean' };
  }
  return undefined;
}
