import { isMachineError } from '../errors.js';
import { asMachineError, errorJson, errorText } from './error-text.js';
import { exitCodeOf } from './exit-code.js';

export interface FailedCommand {
  /** What the user calls us by. */
  readonly bin: string;
  readonly version: string;
  /** As it is typed: `swarm create`. */
  readonly command: string | undefined;
}

export interface Failure {
  readonly exitCode: number;
  readonly text: string;
  /** For --json. */
  readonly json: unknown;
}

/** How a command ends whose work threw this. */
export function failureOf(error: Error, { bin, version, command }: FailedCommand): Failure {
  const known = asMachineError(error, command);
  return {
    exitCode: isMachineError(known) ? exitCodeOf(known, bin) : 1,
    text: `${errorText(known, version, bin)}\n`,
    json: errorJson(known, bin),
  };
}
