import { basename } from 'node:path';
import type { Config } from '@oclif/core';
import { EXIT_CODES, isMachineError } from '../errors.js';
import { commandLine } from './command-line.js';
import {
  completionRequest,
  completions,
  METADATA_COMMAND,
  pluginMetadata,
  pluginWords,
  type Completing,
} from './docker-plugin.js';
import { errorJson, errorText } from './error-text.js';
import { storedNames } from './program.js';
import { configurationOf, run, type Parts } from './start.js';
import { print } from './stdout.js';

export { watchStdout } from './stdout.js';

/** Runs the program for the words of a command line; sets process.exitCode. */
export async function main(argv: readonly string[], parts: Parts): Promise<void> {
  // Under Node 20 the AWS SDK would tell users at every call which Node its versions of next year will want.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const typed = argv.slice(2);
  if (typed[0] === METADATA_COMMAND) return print(`${pluginMetadata(parts.packageJson.version)}\n`);
  const completing = completionRequest(typed);
  if (completing) return print(await completions(completing, completingWith(parts)));
  const config = await configurationOf(parts);
  const ofDocker = pluginWords(typed);
  const words = ofDocker ?? typed;
  // Help and hints speak of the name we were called by, berth or docker-machine. There are no topics: a word behind a
  // command is never part of its name. `env` repeats what was typed.
  const called = basename(argv[1] ?? '').replace(/\.(js|cmd|exe)$/, '');
  const bin = ofDocker ? 'docker machine' : ['', 'run'].includes(called) ? 'berth' : called;
  Object.assign(config, { bin, topicSeparator: ':' });
  Object.assign(config.pjson.oclif, { typed: words });
  const args = understood(words, config, bin);
  if (args) await run(args, config, parts);
}

function completingWith({ commands }: Parts): Completing {
  const shown = commands.filter(({ hidden }) => !hidden);
  return {
    commands: shown.map((command) => ({
      id: command.id,
      summary: command.summary ?? '',
      get flags() {
        return Object.values(command.flags).flatMap(({ name, hidden }) => (hidden ? [] : [name]));
      },
    })),
    machines: () => storedNames(process.env),
  };
}

/** What oclif gets to see; undefined once the mistake in it has been told. */
function understood(words: readonly string[], config: Config, bin: string): readonly string[] | undefined {
  try {
    return commandLine(words, config.commandIDs, (command) => config.findCommand(command)?.flags ?? {});
  } catch (error) {
    if (!isMachineError(error, 'BadUsage')) throw error;
    process.exitCode = EXIT_CODES.BadUsage;
    if (words.includes('--json')) process.stdout.write(`${JSON.stringify(errorJson(error, bin), null, 2)}\n`);
    else process.stderr.write(`${errorText(error, config.version, bin)}\n`);
    return undefined;
  }
}
