import { describe, expect, it } from '@jest/globals';
import { knownPassphrase, newPassphrase, type PassphrasePlaces } from '../../src/cli/passphrase.js';
import { failureOf, told } from '../helpers/failure.js';

const FILES: Readonly<Record<string, string>> = {
  unix: 'from the file\n',
  windows: 'from the file\r\nmore\r\n',
  empty: '',
};
const NOWHERE = { stdinIsTty: false, stdoutIsTty: false, stderrIsTty: false, colour: false, columns: 80 };

const places = (changes: Partial<PassphrasePlaces>): PassphrasePlaces => ({
  environment: {},
  file: undefined,
  terminal: NOWHERE,
  readUserFile: async (path) => FILES[path],
  ...changes,
});

describe('a passphrase', () => {
  it.each([
    ['the first line of its file', { file: 'unix' }, 'from the file'],
    ['that line without what Windows ends it with', { file: 'windows' }, 'from the file'],
    ["the environment's", { environment: { BERTH_PASSPHRASE: 'from outside' } }, 'from outside'],
    ["the file's where there are both", { file: 'unix', environment: { BERTH_PASSPHRASE: 'x' } }, 'from the file'],
  ])('is %s', async (_what, given, expected) => {
    expect(await knownPassphrase(places(given))).toBe(expected);
    expect(await newPassphrase(places(given))).toBe(expected);
  });

  it('is long enough for a new archive, and whatever it was for one that exists', async () => {
    const short = places({ environment: { BERTH_PASSPHRASE: 'short' } });

    const failure = await failureOf(newPassphrase(short));

    expect(told(failure)).toEqual({
      code: 'BadOption',
      message: 'a passphrase has at least 8 characters, got 5',
      exitCode: 2,
    });
    expect(await knownPassphrase(short)).toBe('short');
  });

  it.each([
    ['its file is not there', { file: 'nowhere' }, 'BadOption', 'option --passphrase-file: there is no file "nowhere"'],
    ['nobody can be asked', {}, 'BadUsage', 'the archive needs a passphrase, and there is no terminal to ask for it'],
  ])('is missed where %s', async (_what, given, code, message) => {
    expect(told(await failureOf(knownPassphrase(places(given))))).toEqual({ code, message, exitCode: 2 });
  });
});
