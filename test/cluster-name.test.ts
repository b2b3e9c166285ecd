import { parseClusterName } from '../src/cluster-name.js';
import { failureOf, told } from './helpers/failure.js';

const RULE = 'a cluster name has only a-z, 0-9, "-", "." and a letter or digit first, got';

describe('a cluster name', () => {
  it.each<[string, string]>([
    ['', 'a cluster name cannot be empty'],
    ['Web', `${RULE} "Web"`],
    ['../x', `${RULE} "../x"`],
    ['.hidden', `${RULE} ".hidden"`],
    ['a_b', `${RULE} "a_b"`],
    ['web\n', `${RULE} "web\\n"`],
    ['\u001b[31mred', `${RULE} "\\u001b[31mred"`],
    ['a\u202eb', `${RULE} "a\\u202eb"`],
    [`${'x'.repeat(20)}/`, `${RULE} "${'x'.repeat(16)}…"`],
    ['x'.repeat(64), 'a cluster name has at most 63 characters, got 64'],
  ])('is not %j', async (text, message) => {
    expect(told(await failureOf(() => parseClusterName(text)))).toEqual({ code: 'BadName', message, exitCode: 2 });
  });

  it.each(['web', 'web-1.prod', '9', 'x'.repeat(63)])('can be %s', (text) => {
    expect(parseClusterName(text)).toBe(text);
  });
});
