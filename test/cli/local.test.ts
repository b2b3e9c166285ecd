import { describe, expect, it } from '@jest/globals';
import type { Ability } from '../../drivers/ability.js';
import { usableDrivers, type LocalComputer } from '../../src/cli/local.js';

const DRIVERS = ['generic', 'nspawn', 'qemu'].map((name) => ({ name }));

describe('the drivers that can be used on a computer', () => {
  it.each<[string, Pick<LocalComputer, 'platform' | 'userId'>, Ability['qemu'], readonly string[]]>([
    ['root on Linux with QEMU', { platform: 'linux', userId: 0 }, 'accelerated', ['generic', 'nspawn', 'qemu']],
    ['root on Linux without QEMU', { platform: 'linux', userId: 0 }, 'absent', ['generic', 'nspawn']],
    ['a user on Linux with QEMU', { platform: 'linux', userId: 1000 }, 'accelerated', ['generic', 'qemu']],
    ['a Mac without QEMU', { platform: 'darwin', userId: 501 }, 'absent', ['generic']],
  ])('for %s', (_who, computer, qemu, names) => {
    const ability = (): Ability => ({ qemu, hasImage: false, why: '' });

    const usable = usableDrivers(DRIVERS, { ...computer, ability });

    expect(usable.map(({ name }) => name)).toEqual(names);
  });
});
