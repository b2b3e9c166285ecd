import { describe, expect, it } from '@jest/globals';
import { goFlags, type FlagShapes } from '../../src/cli/go-flags.js';
import { failureOf, told } from '../helpers/failure.js';

const SHAPES: FlagShapes = {
  driver: { type: 'option', char: 'd' },
  'engine-opt': { type: 'option', multiple: true },
  quiet: { type: 'boolean', char: 'q' },
};
const read = (words: string): string => goFlags(words.split(' '), SHAPES).join(' ');

describe('flags as Go writes them', () => {
  it.each([
    ['-driver none web-1', '--driver none web-1'],
    ['--driver none web-1', '--driver none web-1'],
    ['-d none web-1', '-d none web-1'],
    ['-d=none web-1', '--driver=none web-1'],
    ['-driver=none web-1', '--driver=none web-1'],
    ['web-1 -driver none', 'web-1 --driver none'],
    ['-engine-opt --log-level=debug web-1', '--engine-opt=--log-level=debug web-1'],
    ['-engine-opt=a=b=c', '--engine-opt=a=b=c'],
    ['-quiet', '--quiet'],
    ['-q web-1', '-q web-1'],
    ['-quiet=true', '--quiet'],
    ['-q=T', '-q'],
    ['-quiet=true --quiet=0 -q=T', '-q'],
    ['-q --quiet=0', ''],
    ['-d one -driver=two web-1 --driver three', 'web-1 --driver three'],
    ['--engine-opt a --engine-opt=b', '--engine-opt a --engine-opt=b'],
    ['-- -driver none', '-- -driver none'],
    ['-unknown --other=x - -', '-unknown --other=x - -'],
    ['-driver', '--driver'],
    ['-driver=', '--driver='],
    ['-constructor', '-constructor'],
  ])('"%s" is read as "%s"', (words, expected) => {
    expect(read(words)).toBe(expected);
  });

  it('that are switches take yes or no only', async () => {
    const failure = await failureOf(() => read('-quiet=maybe'));

    expect(told(failure)).toEqual({
      code: 'BadUsage',
      message: 'option --quiet is a switch: true or false, got "maybe"',
      exitCode: 2,
    });
  });
});
