import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { COMMANDS } from '../helpers/commands.js';
import { sh } from './support/berth.js';
import { onPath } from './support/needs.js';

const FOLDER = resolve(import.meta.dirname, '../../dist/man');
const pages = readdirSync(FOLDER);

describe('the man pages', () => {
  it('are one for each command, and one for all', () => {
    const names = COMMANDS.map(({ name }) => `berth-${name.replaceAll(' ', '-')}.1`);

    expect(pages.sort()).toEqual([...names, 'berth.1'].sort());
  });

  it('tell of every flag', () => {
    const page = readFileSync(join(FOLDER, 'berth-swarm-create.1'), 'utf8');

    const flags = [...page.matchAll(/^(?:\\fB\\-\w\\fR, )?\\fB(\\-\\-[\w\\-]+)\\fR/gm)].map(([, flag]) =>
      flag?.replaceAll('\\', ''),
    );
    expect(flags).toEqual(
      expect.arrayContaining(['--managers', '--workers', '--encrypted', '--json', '--storage-path']),
    );
  });

  (onPath('groff') ? it : it.skip)('are what groff takes without a word', async () => {
    const words = ['-man', '-Tutf8', '-ww', '-z', ...pages.map((page) => join(FOLDER, page))];

    expect(await sh('sh', '-c', 'exec groff "$@" 2>&1', 'sh', ...words)).toBe('');
  });
});
