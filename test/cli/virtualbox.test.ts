import { describe, expect, it } from '@jest/globals';
import { inPlaceOfVirtualbox, standsForVirtualbox, virtualbox } from '../../src/cli/virtualbox.js';
import { findDriver } from '../../drivers/index.js';
import type { AnyDriverSpec } from '../../src/driver.js';

const driver = (name: string): AnyDriverSpec => {
  const spec = findDriver(name);
  if (!spec) throw new Error(`no driver ${name}`);
  return spec;
};

describe("docker-machine's options of VirtualBox", () => {
  it.each([
    ['nspawn', { 'nspawn-memory': 2048, 'nspawn-cpu-count': 0, 'nspawn-disk-size': 30_000 }],
    ['qemu', { 'qemu-memory': 2048, 'qemu-cpu-count': -1, 'qemu-disk-size': 30_000 }],
  ])('become those of %s', (name, expected) => {
    const flags = { 'virtualbox-memory': 2048, 'virtualbox-cpu-count': -1, 'virtualbox-disk-size': 30_000 };

    const placed = inPlaceOfVirtualbox({ flags, typed: new Set(Object.keys(flags)) }, driver(name));

    expect(placed.flags).toMatchObject(expected);
    expect(placed.said).toBe(`VirtualBox's memory, cpu-count, disk-size became options of ${name}`);
  });

  it.each([
    ['/Users/ada:ada', '/Users/ada:/ada'],
    ['/srv', '/srv'],
    [String.raw`C:\Users\ada:ada`, String.raw`C:\Users\ada:/ada`],
  ])('share the folder %s where the driver can', (given, folder) => {
    const flags = { 'virtualbox-share-folder': given };

    const placed = inPlaceOfVirtualbox({ flags, typed: new Set() }, driver('qemu'));

    expect(placed.flags['qemu-share-folder']).toEqual([folder]);
  });

  it('say which of them have no effect', () => {
    const flags = { 'virtualbox-ui-type': 'gui', 'virtualbox-no-share': true, 'virtualbox-share-folder': '/srv:srv' };

    const placed = inPlaceOfVirtualbox({ flags, typed: new Set() }, driver('nspawn'));

    expect(placed.said).toBe('without effect there: share-folder, ui-type, no-share');
    expect(placed.flags).toEqual({ ...flags, driver: 'nspawn' });
  });

  it("count less than the driver's own, typed beside them", () => {
    const flags = { 'virtualbox-memory': 512, 'nspawn-memory': 1024 };

    const placed = inPlaceOfVirtualbox(
      { flags, typed: new Set(['virtualbox-memory', 'nspawn-memory']) },
      driver('nspawn'),
    );

    expect(placed.flags['nspawn-memory']).toBe(1024);
  });

  it('are silent where none is given', () => {
    expect(
      inPlaceOfVirtualbox({ flags: { 'virtualbox-no-share': false }, typed: new Set() }, driver('nspawn')).said,
    ).toBe('');
  });

  it('are taken by a create that names no driver, local or virtualbox', () => {
    expect(['', 'local', 'virtualbox', 'none', 'nspawn'].filter(standsForVirtualbox)).toEqual([
      '',
      'local',
      'virtualbox',
    ]);
  });

  it('are all sixteen', () => {
    expect(Object.keys(virtualbox.options)).toHaveLength(16);
  });
});
