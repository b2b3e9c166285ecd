import { renderTemplate } from '../../template.js';

/** What the completions of every shell are written from: plain data, taken from the commands themselves. */
export interface CompletionModel {
  /** The word that berth is called by. */
  readonly program: string;
  readonly commands: readonly CommandModel[];
  /** Names of the drivers: flags that begin with one are offered only for it. */
  readonly drivers: readonly string[];
}

export interface CommandModel {
  /** "ls", "swarm create". */
  readonly name: string;
  readonly summary: string;
  readonly takes: Takes;
  readonly flags: readonly FlagModel[];
}

/** Names that a shell finds out without a process: `members` are clusters and machines, `images` those of the minimal OS. */
export type Names = 'machines' | 'clusters' | 'members' | 'images' | 'shells';

/** What `shells` are: those that the lines of `env` are known for, under one name each. */
export const KNOWN_SHELLS = ['sh', 'bash', 'zsh', 'ksh', 'fish', 'tcsh', 'powershell', 'nu', 'elvish', 'xonsh'];

/** The part of a shell's script that does not depend on the commands; `ending` is that of its template. */
export function functionsFor(
  ending: 'bash' | 'fish' | 'nu' | 'ps1' | 'zsh',
  { program }: CompletionModel,
  more: Readonly<Record<string, string>> = {},
): string {
  return renderTemplate(`shell/completion.${ending}`, { program, shells: KNOWN_SHELLS.join(' '), ...more });
}

/**
 * What follows the command besides flags: names, files here or on machines (paths), a machine and files on it (remote), or
 * nothing that is known.
 */
export type Takes = Names | 'paths' | 'remote' | 'files' | 'nothing';

export interface FlagModel {
  /** "--driver", "-d": as they are typed. */
  readonly spellings: readonly string[];
  readonly summary: string;
  readonly takesValue: boolean;
  /** All values that it can have, where they are known. */
  readonly values: readonly string[];
  /** Names that it can have instead. */
  readonly names?: Names;
}

/** How the scripts tell names that they look up from values that they offer as they are. */
export function valuesOf({ values, names }: FlagModel): readonly string[] {
  return names === undefined ? values : [`@${names}`];
}

interface Named {
  readonly commands: readonly Pick<CommandModel, 'name' | 'summary'>[];
}

/** Commands of one word, and topics. */
export function firstWords({ commands }: Named): readonly Word[] {
  const words = new Map<string, string>();
  for (const { name, summary } of commands) {
    const [first = '', second] = name.split(' ');
    if (second === undefined || !words.has(first)) words.set(first, second === undefined ? summary : `${first} …`);
  }
  return [...words].map(([word, summary]) => ({ word, summary }));
}

/** The second words of each topic. */
export function topics({ commands }: Named): ReadonlyMap<string, readonly Word[]> {
  const found = new Map<string, Word[]>();
  for (const { name, summary } of commands) {
    const [first = '', word] = name.split(' ');
    if (word !== undefined) found.set(first, [...(found.get(first) ?? []), { word, summary }]);
  }
  return found;
}

export interface Word {
  readonly word: string;
  readonly summary: string;
}

/** A text between single quotes, for POSIX shells and for those that double a quote within. */
export function quoted(text: string, quote: "'\\''" | "''" | "\\'" = "'\\''"): string {
  return `'${text.replaceAll("'", quote)}'`;
}
