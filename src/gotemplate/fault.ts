import { MachineError } from '../errors.js';

/** Longer messages quote the user's own words without an end. */
const LONGEST = 240;

/** The one error that leaves this folder, in Go's words. `message` without "template: ". */
export function templateError(message: string): MachineError {
  const line = `template: ${message}`.replace(/[\x00-\x1f\x7f]+/g, ' ');
  return new MachineError('BadOption', line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line);
}

/** What a function, a field or a literal says of its fault, before the place in the template is known. */
export class Fault extends Error {}
