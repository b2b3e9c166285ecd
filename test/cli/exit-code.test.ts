import { describe, expect, it } from '@jest/globals';
import { exitCodeOf } from '../../src/cli/exit-code.js';
import { EXIT_CODES, MachineError, type ErrorCode } from '../../src/errors.js';

describe('the exit code of an error', () => {
  it.each(Object.entries(EXIT_CODES))('%s is the documented %d for berth', (code, expected) => {
    expect(exitCodeOf(new MachineError(code as ErrorCode, 'x'), 'berth')).toBe(expected);
  });

  it.each([
    ['MachineNotFound', 1],
    ['HostUnreachable', 1],
    ['EngineUnreachable', 1],
    ['DriverFailed', 1],
    ['CheckFailed', 3],
    ['BadUsage', 2],
    ['BadOption', 2],
    ['Cancelled', 130],
  ] as const)('%s is %d for scripts that call docker-machine', (code, expected) => {
    const error = new MachineError(code, 'x');

    expect([exitCodeOf(error, 'docker-machine'), exitCodeOf(error, 'docker machine')]).toEqual([expected, expected]);
  });

  it('of several machines is the worst for berth, and 1 for docker-machine', () => {
    const error = new MachineError('SomeFailed', 'x', { exitCode: 3 });

    expect([exitCodeOf(error, 'berth'), exitCodeOf(error, 'docker-machine')]).toEqual([3, 1]);
  });
});
