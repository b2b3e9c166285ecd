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
  readonly commands: readonly { readonly id: string; readonly summary: string; readonly flags: readonly string[] }[];
  /** Names of the store's machines. */
  readonly machines: () => Promise<readonly string[]>;
}

/** Cobra's ShellCompDirectiveNoFileComp, and its default, which lets the shell complete files. */
const NO_FILES = ':4';
const FILES = ':0';

/** The answer, one candidate a line, a description behind a tab, the directive last. */
export async function completions(words: readonly string[], { commands, machines }: Completing): Promise<string> {
  const last = words.at(-1) ?? '';
  if (words.length <= 1)
    return answer(
      commands.map(({ id, summary }) => `${id}\t${summary}`),
      last,
      NO_FILES,
    );
  const command = commands.find(({ id }) => id === words[0]);
  if (!command) return answer([], last, NO_FILES);
  if (last.startsWith('-'))
    return answer(
      command.flags.map((flag) => `--${flag}`),
      last,
      NO_FILES,
    );
  if (command.id === 'create') return answer([], last, NO_FILES);
  return answer(await machines(), last, command.id === 'scp' ? FILES : NO_FILES);
}

function answer(candidates: readonly string[], prefix: string, directive: string): string {
  return [...candidates.filter((candidate) => candidate.startsWith(prefix)), directive, ''].join('\n');
}
