import { isMachineError, MachineError } from '../errors.js';

/** What the user sees of a failure: the fact, its id, what to do, and the other side's words last. */
export function errorText(error: Error, version: string): string {
  if (!isMachineError(error)) return bugText(error, version);
  const advice =
    error.suggestions.length === 0 ? [] : ['Try this:', ...error.suggestions.map((suggestion) => `  * ${suggestion}`)];
  const cause = causeText(error.cause);
  return [
    `Error: ${error.message}`,
    `Code: ${error.code}`,
    ...advice,
    ...(cause === '' ? [] : [`Caused by: ${cause}`]),
  ].join('\n');
}

export function errorJson(error: Error): unknown {
  const known = isMachineError(error);
  return {
    error: {
      code: known ? error.code : 'Bug',
      message: error.message,
      suggestions: known ? error.suggestions : [],
      exitCode: known ? error.exitCode : 1,
      ...(known && causeText(error.cause) !== '' ? { cause: causeText(error.cause) } : {}),
    },
  };
}

/** The chain of causes, each in its own words, without our repeating what the line above says. */
function causeText(cause: unknown): string {
  const texts: string[] = [];
  for (
    let link = cause;
    link !== undefined && texts.length < 3;
    link = link instanceof Error ? link.cause : undefined
  ) {
    const text = (link instanceof Error ? link.message : typeof link === 'string' ? link : JSON.stringify(link)).trim();
    if (text !== '' && text !== texts.at(-1)) texts.push(text);
  }
  return texts.join('\nCaused by: ');
}

/** oclif's own errors (unknown flags …) are the user's; everything else that is no MachineError is ours. */
function bugText(error: Error, version: string): string {
  return [
    `Error: ${error.message}`,
    `This is a bug in berth ${version}. Please report it with the stack below: https://github.com/berth-machine/berth/issues`,
    error.stack ?? '',
  ].join('\n');
}

/** The errors of oclif's parser carry their exit code; they become usage errors of ours. */
export function asMachineError(error: Error): Error {
  const exit = (error as { oclif?: { exit?: unknown } }).oclif?.exit;
  if (isMachineError(error) || exit === undefined) return error;
  return new MachineError('BadUsage', error.message.split('\nSee more help with')[0] ?? error.message, {
    suggestions: ['berth help'],
  });
}
