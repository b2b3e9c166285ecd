import { parseFlag, type FlagShapes } from './go-flags.js';
import { globalFlags } from './machine-command.js';

/** The flags that every command has. */
export const GLOBAL: FlagShapes = { ...globalFlags, json: { type: 'boolean' } };

/** Everything up to and including the machine's name is berth's; the rest is the remote shell's, untouched. */
export function splitSshWords(argv: readonly string[]): { ours: string[]; rest: string[] } {
  const at = nameIndex(argv);
  const rest = argv.slice(at + 1);
  return { ours: argv.slice(0, at + 1), rest: rest[0] === '--' ? rest.slice(1) : rest };
}

/** Where the machine's name stands; the number of words when it is not there. */
export function nameIndex(argv: readonly string[]): number {
  let at = 0;
  while (at < argv.length && argv[at]?.startsWith('-') && argv[at] !== '--') {
    const flag = parseFlag(argv[at] ?? '', GLOBAL);
    at += flag?.type === 'option' && flag.value === undefined ? 2 : 1;
  }
  return argv[at] === '--' ? at + 1 : at;
}
