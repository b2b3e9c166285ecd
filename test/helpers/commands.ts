import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const FOLDER = resolve(import.meta.dirname, '../../src/commands');

/** One command of the program: "ls", or "swarm create" in a file of its topic's folder. */
export interface CommandFile {
  /** As it is typed. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}

export const COMMANDS: readonly CommandFile[] = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .sort()
  .map((file) => ({ name: file.replace(/\.ts$/, '').replaceAll('/', ' '), path: join(FOLDER, file) }));

/** The command that the words begin with, and the words behind it. */
export function commandOf(words: readonly string[]): { readonly name: string; readonly rest: readonly string[] } {
  const [first = '', second = ''] = words;
  const both = `${first} ${second}`;
  return COMMANDS.some(({ name }) => name === both)
    ? { name: both, rest: words.slice(2) }
    : { name: first, rest: words.slice(1) };
}
