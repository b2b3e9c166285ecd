import { Config, handle, type Command, type Interfaces } from '@oclif/core';

/** What the program is made of: files of its package, or the inside of an executable. */
export interface Parts {
  /** Where `bin/run.js` and `templates/` would be. */
  readonly root: string;
  readonly packageJson: Interfaces.PJSON;
  /** By their ids. What is large of one may be a property that is read when it is asked for. */
  readonly commands: readonly Command.Cached[];
  /** Loads the module of a command; the id of `swarm create` is `swarm:create`. */
  readonly command: (id: string) => Promise<{ readonly default: Command.Class }>;
  readonly help: () => Promise<{
    readonly default: new (config: Config) => { showHelp(words: string[]): Promise<void> };
  }>;
}

/** oclif's configuration of the parts, without its search for them in the file system. */
export async function configurationOf(parts: Parts): Promise<Config> {
  const { root, packageJson } = parts;
  const config = new Config({ root, plugins: new Map([[packageJson.name, pluginOf(parts)]]) });
  // It would look for a file with colours of the user's.
  Object.assign(config, { loadTheme: async () => undefined });
  await config.load();
  // oclif loads it again in every command, from the file system and to the same end.
  Config.load = async () => config;
  return config;
}

/** The whole program as oclif's one plugin. */
function pluginOf({ root, packageJson, commands, command }: Parts): Interfaces.Plugin {
  const { name, version } = packageJson;
  const load = async (id: string): Promise<Command.Class> => {
    const { default: loaded } = await command(id);
    return Object.assign(loaded, { id, plugin });
  };
  const plugin: Interfaces.Plugin = {
    ...{ _base: '', alias: name, name, version, root, pjson: packageJson, moduleType: 'module', type: 'core' },
    ...{ commandIDs: commands.map(({ id }) => id), commandsDir: undefined, findCommand: load },
    ...{ hasManifest: true, hooks: {}, isRoot: true, load: async () => {}, options: { root }, valid: true },
    commands: commands.map((cached) => Object.assign(cached, { load: () => load(cached.id) })),
    topics: Object.entries(packageJson.oclif.topics ?? {}).map(([topic, of]) => ({ ...of, name: topic })),
  };
  return plugin;
}

/** Runs a command, or shows its help. Errors that no command has told end the process as oclif ends it. */
export async function run(words: readonly string[], config: Config, { help }: Parts): Promise<void> {
  const [id = '', ...rest] = words;
  try {
    if (asksForHelp(words) || (!config.findCommand(id) && config.findTopic(id))) {
      const { default: Help } = await help();
      await new Help(config).showHelp([...words]);
    } else await config.runCommand(id, rest);
  } catch (error) {
    await handle(error as Error);
  }
}

function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return (end < 0 ? words : words.slice(0, end)).includes('--help');
}
