import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../src/search-path.js';
import { testFolder } from './helpers/folder.js';

describe('looking for a program', () => {
  it('takes the first folder that has it, and nothing that cannot be run', () => {
    using folder = testFolder();
    const folders = ['empty', 'text', 'folder', 'first', 'second'].map((name) => join(folder.path, name));
    for (const each of folders) mkdirSync(each);
    const [, text = '', aFolder = '', first = '', second = ''] = folders;
    writeFileSync(join(text, 'mkfs'), '');
    mkdirSync(join(aFolder, 'mkfs'));
    for (const each of [first, second]) writeFileSync(join(each, 'mkfs'), '#!/bin/sh\n');
    for (const each of [first, second]) chmodSync(join(each, 'mkfs'), 0o755);

    expect(findProgram('mkfs', [join(folder.path, 'nowhere'), ...folders])).toBe(join(first, 'mkfs'));
    expect(findProgram('mkfs', [text, aFolder])).toBeUndefined();
  });
});
