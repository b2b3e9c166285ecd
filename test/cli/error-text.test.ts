import { describe, expect, it } from '@jest/globals';
import { asMachineError, errorJson, errorText } from '../../src/cli/error-text.js';
import { MachineError } from '../../src/errors.js';

const REFUSED = new MachineError('DriverFailed', 'cannot create "web-1": AWS refused RunInstances', {
  suggestions: ['Check that the credentials may call ec2:RunInstances', 'berth rm web-1'],
  cause: new Error('UnauthorizedOperation: not authorized', { cause: new Error('HTTP status 403') }),
});

describe('an error on the terminal', () => {
  it('is the fact, its code, what to do, and the chain of causes', () => {
    expect(errorText(REFUSED, '1.0.0')).toBe(
      [
        'Error: cannot create "web-1": AWS refused RunInstances',
        'Code: DriverFailed',
        'Try this:',
        '  * Check that the credentials may call ec2:RunInstances',
        '  * berth rm web-1',
        'Caused by: UnauthorizedOperation: not authorized',
        'Caused by: HTTP status 403',
      ].join('\n'),
    );
  });

  it('gives advice by the name that the program was called by', () => {
    const error = new MachineError('BadUsage', 'no name', {
      suggestions: ['Name it: berth env web-1', 'see /berth/x'],
    });

    expect(errorText(error, '1.0.0', 'docker-machine').split('\n').slice(2)).toEqual([
      'Try this:',
      '  * Name it: docker-machine env web-1',
      '  * see /berth/x',
    ]);
  });

  it('is short where there is nothing to add', () => {
    const error = new MachineError('BadUsage', 'machine "a" is named twice');

    expect(errorText(error, '1.0.0')).toBe('Error: machine "a" is named twice\nCode: BadUsage');
  });

  it('says a cause once that only repeats another', () => {
    const error = new MachineError('HostUnreachable', 'cannot reach "a"', {
      cause: new Error('refused', { cause: new Error('refused') }),
    });

    expect(errorText(error, '1.0.0')).toBe('Error: cannot reach "a"\nCode: HostUnreachable\nCaused by: refused');
  });

  it('is a bug of ours where nobody gave it a code', () => {
    const [first, second, ...stack] = errorText(new TypeError('x is undefined'), '1.0.0').split('\n');

    expect(first).toBe('Error: x is undefined');
    expect(second).toBe(
      'This is a bug in berth 1.0.0. Please report it with the stack below: https://github.com/berth-machine/berth/issues',
    );
    expect(stack[0]).toBe('TypeError: x is undefined');
  });
});

describe('an error as JSON', () => {
  it('has code, message, suggestions, exit code and cause', () => {
    expect(errorJson(REFUSED)).toEqual({
      error: {
        code: 'DriverFailed',
        message: 'cannot create "web-1": AWS refused RunInstances',
        suggestions: ['Check that the credentials may call ec2:RunInstances', 'berth rm web-1'],
        exitCode: 3,
        cause: 'UnauthorizedOperation: not authorized\nCaused by: HTTP status 403',
      },
    });
  });

  it('has the exit code that the error chose', () => {
    expect(errorJson(new MachineError('CommandFailed', 'it failed', { exitCode: 17 }))).toMatchObject({
      error: { code: 'CommandFailed', exitCode: 17 },
    });
  });

  it('calls a bug a bug', () => {
    expect(errorJson(new TypeError('x is undefined'))).toEqual({
      error: { code: 'Bug', message: 'x is undefined', suggestions: [], exitCode: 1 },
    });
  });
});

describe('what oclif says', () => {
  it('about a flag is taken out of our own message', () => {
    const error = new MachineError('BadOption', 'option --timeout wants 0 to 3600, got "x"');
    error.message = `Parsing --timeout \n\t${error.message}\nSee more help with --help`;

    expect(asMachineError(error)).toMatchObject({
      code: 'BadOption',
      message: 'option --timeout wants 0 to 3600, got "x"',
    });
  });

  it('of its own becomes a usage error', () => {
    const error = Object.assign(new Error('Flag --filter expects a value\nSee more help with --help'), {
      oclif: { exit: 2 },
    });

    expect(asMachineError(error, 'ls')).toMatchObject({
      code: 'BadUsage',
      message: 'flag --filter expects a value',
      suggestions: ['berth ls --help'],
    });
  });

  it('is left alone where it is no mistake of the user', () => {
    const error = new TypeError('x is undefined');

    expect(asMachineError(error)).toBe(error);
  });
});
