import { isMachineError, MachineError } from '../errors.js';
import { exitCodeOf } from './exit-code.js';

/** What the user sees of a failure: the fact, its id, what to do, and the other side's words last. `program`: as it was called. */
export function errorText(error: Error, version: string, program = 'berth'): string {
  if (!isMachineError(error)) return bugText(error, version);
  const advice =
    error.suggestions.length === 0
      ? []
      : ['Try this:', ...adviceOf(error, program).map((suggestion) => `  * ${suggestion}`)];
  const cause = causeText(error.cause);
  return [
    `Error: ${error.message}`,
    `Code: ${error.code}`,
    ...advice,
    ...(cause === '' ? [] : [`Caused by: ${cause}`]),
  ].join('\n');
}

export function errorJson(error: Error, program = 'berth'): unknown {
  const known = isMachineError(error);
  return {
    error: {
      code: known ? error.code : 'Bug',
      message: error.message,
      suggestions: known ? adviceOf(error, program) : [],
      exitCode: known ? exitCodeOf(error, program) : 1,
      ...(known && causeText(error.cause) !== '' ? { cause: causeText(error.cause) } : {}),
    },
  };
}

/** Commands in it can be pasted: they begin with the name that the user calls us by. */
function adviceOf({ suggestions }: MachineError, program: string): readonly string[] {
  return suggestions.map((suggestion) => suggestion.replace(/(?<![\w./-])berth (?=[a-z-])/g, `${program} `));
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

/** The errors of oclif's parser become usage errors of ours, in our words. `command`: whose command line it was. */
export function asMachineError(error: Error, command = ''): Error {
  if (isMachineError(error)) return withoutPreface(error);
  if ((error as { oclif?: { exit?: unknown } }).oclif?.exit === undefined) return error;
  return new MachineError('BadUsage', parserMessage(error), {
    suggestions: [`berth ${command} --help`.replace('  ', ' ')],
  });
}

/** oclif writes into the message of what a flag's parser throws. */
function withoutPreface(error: MachineError): MachineError {
  const own = /^Parsing --\S+ \n\t(.*)\nSee more help with --help$/s.exec(error.message)?.[1];
  return own === undefined ? error : new MachineError(error.code, own, error);
}

function parserMessage(error: ParserError): string {
  const { flags = [], args = [] } = error;
  switch (error.constructor.name) {
    case 'NonExistentFlagsError':
      return `option ${flags.join(', ')} is unknown`;
    case 'UnexpectedArgsError':
      return `unexpected argument ${args.map((word) => JSON.stringify(word)).join(', ')}`;
    case 'RequiredArgsError':
      return `expected an argument: ${args.map((arg) => (typeof arg === 'string' ? arg : arg.name)).join(', ')}`;
    default: {
      const [line = ''] = error.message.split('\n');
      return line.charAt(0).toLowerCase() + line.slice(1);
    }
  }
}

/** What oclif's parser adds to its errors. */
interface ParserError extends Error {
  readonly flags?: readonly string[];
  readonly args?: readonly (string | { readonly name: string })[];
}
