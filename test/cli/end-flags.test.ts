import { describe, expect, it } from '@jest/globals';
import { generic } from '../../drivers/generic/index.js';
import { nspawn } from '../../drivers/nspawn/index.js';
import { endOf } from '../../src/cli/end-flags.js';
import { failureOf, told } from '../helpers/failure.js';

describe('the flags of an end', () => {
  it.each([
    [{ 'stop-after-idle': '', ttl: '' }, undefined],
    [{ 'stop-after-idle': '2h' }, { idleSeconds: 7200 }],
    [{ ttl: '1d12h' }, { ttlSeconds: 129_600 }],
    [
      { 'stop-after-idle': '90s', ttl: '8h' },
      { idleSeconds: 90, ttlSeconds: 28_800 },
    ],
  ])('%j mean %j', (flags, end) => {
    expect(endOf(flags, nspawn)).toEqual(end);
  });

  it.each(['soon', '30', '59s', '2h ', '-1h', 'h'])('refuse %j', async (text) => {
    expect(told(await failureOf(() => endOf({ ttl: text }, nspawn)))).toEqual({
      code: 'BadOption',
      message: `option --ttl wants a span of a minute or more like 90m or 8h, got "${text}"`,
      exitCode: 2,
    });
  });

  it('are refused for a server that nobody could start again', async () => {
    expect(told(await failureOf(() => endOf({ ttl: '8h' }, generic)))).toEqual({
      code: 'NotSupported',
      message: 'the driver generic cannot start a host again that is off',
      exitCode: 2,
    });
  });
});
