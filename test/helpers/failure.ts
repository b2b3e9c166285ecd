import type { MachineError } from '../../src/errors.js';

/** The error that the work fails with; a test fails where it succeeds. */
export async function failureOf(work: Promise<unknown> | (() => unknown)): Promise<MachineError> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    return error as MachineError;
  }
  throw new Error('the work succeeded');
}

/** What a test says of a failure: its code, its message, and the exit code. */
export function told({ code, message, exitCode }: MachineError): { code: string; message: string; exitCode: number } {
  return { code, message, exitCode };
}
