import { globalFlags } from './machine-command.js';

/** Global flags that take a value of their own. */
const WITH_VALUE = Object.entries(globalFlags).flatMap(([name, flag]) =>
  flag.type === 'boolean' ? [] : [`--${name}`, ...(flag.char === undefined ? [] : [`-${flag.char}`])],
);

/** Everything up to and including the machine's name is berth's; the rest is the remote shell's, untouched. */
export function splitSshWords(argv: readonly string[]): { ours: string[]; rest: string[] } {
  const at = nameIndex(argv);
  const rest = argv.slice(at + 1);
  return { ours: argv.slice(0, at + 1), rest: rest[0] === '--' ? rest.slice(1) : rest };
}

/** Where the machine's name stands; the number of words when it is not there. */
export function nameIndex(argv: readonly string[]): number {
  let at = 0;
  while (at < argv.length && argv[at]?.startsWith('-') && argv[at] !== '--')
    at += WITH_VALUE.includes(argv[at] ?? '') ? 2 : 1;
  return argv[at] === '--' ? at + 1 : at;
}
