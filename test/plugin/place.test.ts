import '../helpers/realm.js';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findPlugin } from '../../src/plugin/place.js';
import { testFolder } from '../helpers/folder.js';

const ELF = '\x7fELF';

describe('findPlugin', () => {
  it('finds the first binary of the name on PATH', () => {
    using folder = testFolder();
    const [first, second] = [
      program(folder.path, 'a/docker-machine-driver-kvm'),
      program(folder.path, 'b/docker-machine-driver-kvm'),
    ];

    const found = findPlugin(
      'kvm',
      [join(folder.path, 'none'), join(folder.path, 'a'), join(folder.path, 'b')].join(delimiter),
    );

    expect(found).toBe(first);
    expect(found).not.toBe(second);
  });

  it.each([
    ['a file that is no program', 0o644],
    ['a folder', undefined],
  ])('passes over %s', (_what, mode) => {
    using folder = testFolder();
    if (mode === undefined) mkdirSync(join(folder.path, 'docker-machine-driver-kvm'));
    else writeFileSync(join(folder.path, 'docker-machine-driver-kvm'), ELF, { mode });

    expect(findPlugin('kvm', folder.path)).toBeUndefined();
  });

  it('looks in no folder that depends on where it is called', () => {
    using folder = testFolder();
    program(folder.path, 'docker-machine-driver-kvm');

    expect(findPlugin('kvm', ['', '.', 'bin'].join(delimiter))).toBeUndefined();
  });

  it.each(['../kvm', 'a/b', '', '-x', 'a b', 'kvm\0', 'k'.repeat(65)])('makes no file name of %j', (name) => {
    using folder = testFolder();
    program(folder.path, 'kvm');

    expect(findPlugin(name, folder.path)).toBeUndefined();
  });

  it('takes docker-machine itself for the drivers that are in it', () => {
    using folder = testFolder();
    const server = program(folder.path, 'docker-machine');

    expect(findPlugin('virtualbox', folder.path)).toBe(server);
    expect(findPlugin('kvm', folder.path)).toBeUndefined();
  });

  it('prefers a binary of the driver to docker-machine', () => {
    using folder = testFolder();
    program(folder.path, 'docker-machine');
    const own = program(folder.path, 'docker-machine-driver-virtualbox');

    expect(findPlugin('virtualbox', folder.path)).toBe(own);
  });

  it('does not take berth for docker-machine', () => {
    using folder = testFolder();
    program(folder.path, 'docker-machine', '#!/usr/bin/env node\n');

    expect(findPlugin('virtualbox', folder.path)).toBeUndefined();
  });
});

function program(folder: string, file: string, content = ELF): string {
  const path = join(folder, file);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content, { mode: 0o755 });
  return path;
}
