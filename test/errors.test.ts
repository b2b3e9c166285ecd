import './helpers/realm.js';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  EXIT_CODES,
  isMachineError,
  MachineError,
  systemCode,
  throwIfCancelled,
  type ErrorCode,
} from '../src/errors.js';
import { failureOf, told } from './helpers/failure.js';

const CODES = Object.keys(EXIT_CODES) as ErrorCode[];

describe('a machine error', () => {
  it.each(CODES)('%s has an exit code of the table', (code) => {
    const error = new MachineError(code, 'no luck');

    expect([2, 3, 4, 130]).toContain(error.exitCode);
    expect(error.exitCode).toBe(EXIT_CODES[code]);
    expect(error.oclif).toEqual({ exit: error.exitCode });
  });

  it('is called Error, since oclif prints the name as a label', () => {
    expect(new MachineError('BadName', 'no luck').name).toBe('Error');
  });

  it('keeps what it was given', () => {
    const cause = new Error('the other side');
    const suggestions = ['berth ls'];

    const error = new MachineError('CommandFailed', 'no luck', { cause, suggestions, exitCode: 42 });

    expect(error).toMatchObject({ code: 'CommandFailed', message: 'no luck', exitCode: 42, oclif: { exit: 42 } });
    expect(error.cause).toBe(cause);
    expect(error.suggestions).toEqual(suggestions);
    expect(error.suggestions).not.toBe(suggestions);
  });

  it('has no cause where none was given', () => {
    expect('cause' in new MachineError('BadName', 'no luck')).toBe(false);
    expect('cause' in new MachineError('BadName', 'no luck', { cause: undefined })).toBe(true);
  });
});

describe('isMachineError', () => {
  it('knows an error by its code, of whatever copy of the class', () => {
    const foreign = Object.assign(new Error('no luck'), { code: 'BadName', suggestions: [] });

    expect([isMachineError(foreign), isMachineError(foreign, 'BadName'), isMachineError(foreign, 'TimedOut')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it.each([
    ['an error of Node', Object.assign(new Error('no luck'), { code: 'ENOENT' })],
    ['an error with a code of its own', Object.assign(new Error('no luck'), { code: 'toString', suggestions: [] })],
    ['no error', { code: 'BadName', suggestions: [] }],
    ['undefined', undefined],
  ])('is not taken in by %s', (_what, value) => {
    expect(isMachineError(value)).toBe(false);
  });
});

describe('systemCode', () => {
  it("is the system's own code", async () => {
    const failure: unknown = await readFile('/nowhere/at/all').catch((error: unknown) => error);

    expect(systemCode(failure)).toBe('ENOENT');
  });

  it.each([[new Error('x')], [Object.assign(new Error('x'), { code: 7 })], ['ENOENT'], [{ code: 'ENOENT' }], [null]])(
    'is undefined for %p',
    (value) => {
      expect(systemCode(value)).toBeUndefined();
    },
  );
});

describe('throwIfCancelled', () => {
  it('throws once the signal has fired', async () => {
    const failure = await failureOf(() => throwIfCancelled(AbortSignal.abort()));

    expect(told(failure)).toEqual({ code: 'Cancelled', message: 'interrupted', exitCode: 130 });
  });

  it('does nothing before, or without a signal', () => {
    expect(() => {
      throwIfCancelled(new AbortController().signal);
      throwIfCancelled(undefined);
    }).not.toThrow();
  });
});

describe('the table of exit codes', () => {
  it('holds no code that nothing throws', () => {
    const root = fileURLToPath(new URL('..', import.meta.url));
    const sources = ['src', 'drivers'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && file !== 'errors.ts')
        .map((file) => readFileSync(join(root, folder, file), 'utf8')),
    );

    const unused = CODES.filter((code) => !sources.some((text) => text.includes(`'${code}'`)));

    // Cancelled is thrown by errors.ts itself.
    expect(unused.filter((code) => code !== 'Cancelled')).toEqual([]);
  });
});
