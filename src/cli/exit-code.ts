import { EXIT_CODES, type MachineError } from '../errors.js';

/** docker-machine's own, which scripts compare: 1 for whatever failed, 3 for a failed check before a create. Usage errors had 0. */
const USAGE: readonly string[] = ['BadUsage', 'BadOption', 'BadName'];

/** The exit code of an error; called as docker-machine, that program's. */
export function exitCodeOf({ code, exitCode }: MachineError, calledAs: string): number {
  if (calledAs === 'berth') return exitCode;
  if (USAGE.includes(code)) return EXIT_CODES.BadUsage;
  return code === 'CheckFailed' || code === 'Cancelled' ? exitCode : 1;
}
