import {
  firstWords,
  topics,
  type CommandModel,
  type FlagModel,
  type Names,
  type Word,
} from '../shell/completion/model.js';

/**
 * What makes berth, under the file name docker-machine among the client's plugins, the command `docker machine`
 * (docs.docker.com, "Docker CLI plugins": a plugin answers its metadata, then gets its own name as the first word).
 */
export const METADATA_COMMAND = 'docker-cli-plugin-metadata';

/** The name the client calls us by: the file's name without `docker-`. */
const PLUGIN = 'machine';

export function pluginMetadata(version: string): string {
  return JSON.stringify({
    SchemaVersion: '0.1.0',
    Vendor: 'berth',
    Version: version,
    ShortDescription: 'Make and manage Docker hosts',
  });
}

/** The words behind the plugin's own name, where the client has called us; also for `docker help machine`. */
export function pluginWords(words: readonly string[]): readonly string[] | undefined {
  if (words[0] === PLUGIN) return words.slice(1);
  return words[0] === 'help' && words[1] === PLUGIN ? ['help', ...words.slice(2)] : undefined;
}

/** How the client asks for completions (cobra's protocol): the last word is the one to complete. */
export function completionRequest(words: readonly string[]): readonly string[] | undefined {
  const [command, ...rest] = words;
  if (command !== '__complete' && command !== '__completeNoDesc') return undefined;
  return rest[0] === PLUGIN ? rest.slice(1) : rest;
}

export interface Completing {
  readonly commands: readonly CompletedCommand[];
  /** Names of that kind, those of the store among them. */
  readonly names: (kind: Names) => Promise<readonly string[]>;
  readonly drivers: readonly string[];
}

export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  /** Made for the one command that is completed. */
  readonly model: () => CommandModel;
}

/** Cobra's ShellCompDirectiveNoFileComp, and its default, which lets the shell complete files. */
const NO_FILES = ':4';
const FILES = ':0';

/** The answer, one candidate a line, a description behind a tab, the directive last. */
export async function completions(words: readonly string[], completing: Completing): Promise<string> {
  const { commands } = completing;
  const [last = '', first, second] = [words.at(-1), ...words.slice(0, -1)];
  if (first === undefined) return answer(firstWords(completing).map(described), last);
  const topic = topics(completing).get(first);
  if (topic && second === undefined) return answer(topic.map(described), last);
  const command = commands.find(({ name }) => name === (topic ? `${first} ${second}` : first));
  if (!command) return answer([], last);
  return ofCommand(words.slice(topic ? 2 : 1, -1), last, { completing, command: command.model() });
}

function ofCommand(
  typed: readonly string[],
  last: string,
  { completing, command }: { readonly completing: Completing; readonly command: CommandModel },
): Promise<string> | string {
  const [flag, value] = last.startsWith('-') && last.includes('=') ? parted(last) : [typed.at(-1) ?? '', last];
  const valued = command.flags.find(({ spellings, takesValue }) => takesValue && spellings.includes(flag));
  // The client puts what stands before "=" there itself.
  if (valued) return valuesFor(valued, value, completing);
  if (last.startsWith('-')) return answer(flagsFor(typed, last, { completing, command }), last);
  return wordsFor(typed, last, { completing, command });
}

async function valuesFor({ values, names }: FlagModel, begin: string, completing: Completing): Promise<string> {
  const known = names === undefined ? values : await completing.names(names);
  return answer(known, begin, known.length === 0 ? FILES : NO_FILES);
}

/** A driver's own only where it is that driver, or is being typed. */
function flagsFor(
  typed: readonly string[],
  last: string,
  { completing, command }: { readonly completing: Completing; readonly command: CommandModel },
): readonly string[] {
  const at = typed.findIndex((word) => word === '-d' || word === '--driver');
  const driver = at < 0 ? typed.find((word) => word.startsWith('--driver='))?.slice(9) : typed[at + 1];
  const isOffered = (flag: string): boolean => {
    const owner = completing.drivers.find((name) => flag.startsWith(`--${name}-`));
    return owner === undefined || owner === driver || (driver === undefined && last.startsWith(`--${owner}`));
  };
  return command.flags.flatMap(({ spellings }) => spellings.filter(isOffered));
}

async function wordsFor(
  typed: readonly string[],
  last: string,
  { completing, command: { takes } }: { readonly completing: Completing; readonly command: CommandModel },
): Promise<string> {
  if (takes === 'nothing') return answer([], last);
  if (takes === 'files') return answer([], last, FILES);
  if (takes === 'paths') return answer(await completing.names('machines'), last, FILES);
  const names = await completing.names(takes === 'remote' ? 'machines' : takes);
  const isNamed = typed.some((word) => names.includes(word));
  return answer(takes === 'remote' && isNamed ? [] : names.filter((name) => !typed.includes(name)), last);
}

function parted(word: string): [string, string] {
  const at = word.indexOf('=');
  return [word.slice(0, at), word.slice(at + 1)];
}

function described({ word, summary }: Word): string {
  return `${word}\t${summary}`;
}

function answer(candidates: readonly string[], prefix: string, directive: string = NO_FILES): string {
  return [...candidates.filter((candidate) => candidate.startsWith(prefix)), directive, ''].join('\n');
}
