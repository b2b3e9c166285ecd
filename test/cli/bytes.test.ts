import { describe, expect, it } from '@jest/globals';
import { formatBytes } from '../../src/cli/bytes.js';

describe('a size', () => {
  it.each([
    [0, '0B'],
    [999, '999B'],
    [1000, '1kB'],
    [1_234_567, '1.23MB'],
    [20_000_000_000, '20GB'],
    [3.5e18, '3500PB'],
  ])('of %d bytes is shown as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});
