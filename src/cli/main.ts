import { basename } from 'node:path';
import { Config, execute } from '@oclif/core';
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

/** Runs the program for the words of a command line; sets process.exitCode. */
export async function main(argv: readonly string[], moduleUrl: string): Promise<void> {
  // A reader that goes away (`berth ls | head -1`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  // Under Node 20 the AWS SDK would tell users at every call which Node its versions of next year will want.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const typed = argv.slice(2);
  const config = await Config.load(moduleUrl);
  if (typed[0] === METADATA_COMMAND) return void process.stdout.write(`${pluginMetadata(config.version)}\n`);
  const completing = completionRequest(typed);
  if (completing) return void process.stdout.write(await completions(completing, completingWith(config)));
  const ofDocker = pluginWords(typed);
  const words = ofDocker ?? typed;
  // Help and hints speak of the name we were called by, berth or docker-machine. There are no topics: a word behind a
  // command is never part of its name. `env` repeats what was typed. All of it goes where oclif looks again when it loads its
  // configuration a second time.
  const called = basename(argv[1] ?? '').replace(/\.(js|cmd)$/, '');
  const bin = ofDocker ? 'docker machine' : ['', 'run'].includes(called) ? 'berth' : called;
  Object.assign(config.pjson.oclif, {
    bin,
    topicSeparator: ':',
    typed: words,
  });
  const args = understood(words, config, bin);
  if (args) await execute({ args: [...args], dir: moduleUrl, loadOptions: config });
}

function completingWith(config: Config): Completing {
  const shown = config.commands.filter(({ hidden }) => !hidden);
  return {
    commands: shown.map(({ id, summary = '', flags }) => ({
      id,
      summary,
      flags: Object.values(flags).flatMap(({ name, hidden }) => (hidden ? [] : [name])),
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
