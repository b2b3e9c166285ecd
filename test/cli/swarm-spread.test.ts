import { describe, expect, it } from '@jest/globals';
import { findDriver } from '../../drivers/index.js';
import { parseSpread } from '../../src/cli/swarm-spread.js';
import type { AnyDriverSpec } from '../../src/driver.js';
import { failureOf, told } from '../helpers/failure.js';

function driver(name: string): AnyDriverSpec {
  const spec = findDriver(name);
  if (!spec) throw new Error(`no driver ${name}`);
  return spec;
}

describe('--spread', () => {
  it.each([
    ['amazonec2', 'zone=a,b,c', { option: 'zone', values: ['a', 'b', 'c'] }],
    ['amazonec2', 'amazonec2-zone=a, b', { option: 'zone', values: ['a', 'b'] }],
    ['hetzner', 'server-location=fsn1,nbg1,hel1', { option: 'server-location', values: ['fsn1', 'nbg1', 'hel1'] }],
    ['nspawn', 'memory=512,1024', { option: 'memory', values: ['512', '1024'] }],
  ])('of %s takes %s', (name, text, expected) => {
    expect(parseSpread(text, driver(name))).toEqual(expected);
  });

  it.each([
    ['zone', 'option --spread wants an option and its values, got "zone"'],
    ['zone=a', 'option --spread wants an option and its values, got "zone=a"'],
    ['zoom=a,b', 'option --spread: the driver amazonec2 has no option "zoom"'],
    ['use-private-address=a,b', 'option --spread: the driver amazonec2 has no option "use-private-address"'],
    ['root-size=8,big', 'option --spread wants numbers of root-size, got "big"'],
  ])('refuses %s', async (text, message) => {
    const failure = await failureOf((async () => parseSpread(text, driver('amazonec2')))());

    expect(told(failure)).toEqual({ code: 'BadOption', message, exitCode: 2 });
  });
});
