import { inNaturalOrder, parseName, parseNewName } from '../src/name.js';
import { failureOf, told } from './helpers/failure.js';
import { randomIntegers } from './helpers/random.js';

const RULE = 'a machine name has only a-z, A-Z, 0-9, "-", "." and a letter or digit first, got';

const REFUSED: readonly (readonly [string, string])[] = [
  ['', 'a machine name cannot be empty'],
  ['../x', `${RULE} "../x"`],
  ['..', `${RULE} ".."`],
  ['.', `${RULE} "."`],
  ['.hidden', `${RULE} ".hidden"`],
  ['-d', `${RULE} "-d"`],
  ['a/b', `${RULE} "a/b"`],
  ['a\\b', `${RULE} "a\\\\b"`],
  ['a b', `${RULE} "a b"`],
  ['a_b', `${RULE} "a_b"`],
  ['web\n', `${RULE} "web\\n"`],
  ['web\0', `${RULE} "web\\u0000"`],
  ['\u001b[31mred', `${RULE} "\\u001b[31mred"`],
  ['a\u007f', `${RULE} "a\\u007f"`],
  ['a\u009b1m', `${RULE} "a\\u009b1m"`],
  ['a\u202eb', `${RULE} "a\\u202eb"`],
  ['wéb', `${RULE} "wéb"`],
  ['a\u{e0041}b', `${RULE} "a\\udb40\\udc41b"`],
  [`${'x'.repeat(100)}/`, `${RULE} "${'x'.repeat(16)}…"`],
  ['x'.repeat(300), 'a machine name has at most 253 characters, got 300'],
];

describe('a machine name', () => {
  it.each(REFUSED)('is not %j', async (text, message) => {
    const failure = await failureOf(() => parseName(text));

    expect(told(failure)).toEqual({ code: 'BadName', message, exitCode: 2 });
    expect(message.length).toBeLessThanOrEqual(100);
  });

  it.each(['a', '0', 'web-1', 'Web.Example.com', 'a.', 'a-', 'x'.repeat(253)])('may be %s', (text) => {
    expect(parseName(text)).toBe(text);
  });
});

describe('the name of a new machine', () => {
  it('fits into a host name', () => {
    expect(parseNewName('x'.repeat(63))).toBe('x'.repeat(63));
  });

  it('is refused when it does not', async () => {
    const failure = await failureOf(() => parseNewName('x'.repeat(64)));

    expect(told(failure)).toEqual({
      code: 'BadName',
      message: 'the name of a new machine has at most 63 characters, got 64',
      exitCode: 2,
    });
  });

  it.each(['', '../x'])('is refused as any name is: %j', async (text) => {
    expect((await failureOf(() => parseNewName(text))).code).toBe('BadName');
  });
});

describe('names in order', () => {
  it('are counted as people do, whatever their case', () => {
    const names = ['m10', 'M2', 'm1', 'm-2', 'web', 'a.b', 'a-b', 'a1', 'ab', 'm02', 'm2', 'm1.5', 'm1.10'].map(
      parseName,
    );

    const ordered = inNaturalOrder(names);

    expect(ordered).toEqual(
      ['a-b', 'a.b', 'a1', 'ab', 'm-2', 'm1', 'm1.5', 'm1.10', 'M2', 'm02', 'm2', 'm10', 'web'].map(parseName),
    );
  });

  it('are where the tables of the language have them', () => {
    const letters = 'aBz019.-';
    const random = randomIntegers(7);
    const names = Array.from({ length: 500 }, () =>
      parseName(`m${Array.from({ length: random(6) }, () => letters[random(letters.length)]).join('')}`),
    );

    const ordered = inNaturalOrder([...new Set(names)]);

    const { compare } = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
    const misplaced = ordered.filter((name, index) => index > 0 && compare(ordered[index - 1] ?? '', name) > 0);
    expect(misplaced).toEqual([]);
  });
});
