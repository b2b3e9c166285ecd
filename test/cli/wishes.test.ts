import { describe, expect, it } from '@jest/globals';
import { newNames, wishesOf } from '../../src/cli/wishes.js';
import { parseName } from '../../src/name.js';

const NOW = new Date('2026-01-02T03:04:05Z');
const FLAGS = { driver: 'generic', 'generic-ssh-user': 'ada', 'swarm-timeout': 600 };

describe('the wishes of one create', () => {
  it('give each of several servers its own address and all the rest alike', () => {
    const names = newNames(['web'], 3);
    const flags = { ...FLAGS, 'generic-ip-address': '192.0.2.7, 192.0.2.8,2001:db8::9' };

    const { wishes } = wishesOf(names, flags, new Set());

    expect(names.map((name) => wishes(name, NOW).machine.options)).toEqual(
      ['192.0.2.7', '192.0.2.8', '2001:db8::9'].map((address) =>
        expect.objectContaining({ 'ip-address': address, 'ssh-user': 'ada' }),
      ),
    );
  });

  it('leave the value of a single name as it is', () => {
    const name = parseName('web');

    const { wishes } = wishesOf([name], { ...FLAGS, 'generic-ip-address': 'a,b' }, new Set());

    expect(wishes(name, NOW).machine.options['ip-address']).toBe('a,b');
  });
});
