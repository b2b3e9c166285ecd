import type { Config } from '@oclif/core';
import { EXIT_CODES, isMachineError } from '../errors.js';
import { calledAs } from './called-as.js';
import { commandLine } from './command-line.js';
import { errorJson, errorText } from './error-text.js';
import { configurationOf, run, type Parts } from './start.js';

/** Runs the program for the words of a command line; sets process.exitCode. */
export async function main(argv: readonly string[], parts: Parts): Promise<void> {
  // Under Node 20 the AWS SDK would tell users at every call which Node its versions of next year will want.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const config = await configurationOf(parts);
  const { bin, words } = calledAs(argv);
  // There are no topics: a word behind a command is never part of its name. `env` repeats what was typed.
  Object.assign(config, { bin, topicSeparator: ':' });
  Object.assign(config.pjson.oclif, { typed: words });
  const args = understood(words, config, bin);
  if (args) await run(args, config, parts);
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
