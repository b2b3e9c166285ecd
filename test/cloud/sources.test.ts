import { cidrBlocks, parseSources } from '../../src/cloud/sources.js';
import { failureOf, told } from '../helpers/failure.js';

describe('sources', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7/32'],
    ['192.0.2.0/24', '192.0.2.0/24'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8::1', '2001:db8::1/128'],
    ['2001:db8::/32', '2001:db8::/32'],
    ['Caller', 'caller'],
    [' any ', 'any'],
  ])('"%s" is %s', (text, wanted) => {
    expect(parseSources([text], 'from')).toEqual([wanted]);
  });

  it.each([
    '',
    '192.0.2.0/33',
    '::/129',
    '192.0.2/24',
    'home',
    '1.2.3.4/',
    '1.2.3.4/8/8',
    'fe80::1%eth0',
    '1.2.3.4/-1',
  ])('"%s" is refused', async (text) => {
    const failure = await failureOf(() => parseSources([text], 'engine-allow'));

    expect(told(failure)).toEqual({
      code: 'BadOption',
      message: `option --engine-allow wants CIDR, caller or any, got "${text}"`,
      exitCode: 2,
    });
  });

  it.each([
    [['caller'], '192.0.2.9', ['192.0.2.9/32']],
    [['caller', '192.0.2.9/32', '10.0.0.0/8'], '192.0.2.9', ['192.0.2.9/32', '10.0.0.0/8']],
    [['any'], '192.0.2.9', ['0.0.0.0/0', '::/0']],
    [['caller', '10.0.0.0/8'], undefined, ['10.0.0.0/8']],
    [['caller'], '2001:db8::9', ['2001:db8::9/128']],
  ])('%j of the caller %s are the blocks %j', (sources, caller, blocks) => {
    expect(cidrBlocks(sources, caller)).toEqual(blocks);
  });
});
