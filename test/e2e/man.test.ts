import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { COMMANDS } from '../helpers/commands.js';
import { sh } from './support/berth.js';
import { onPath } from './support/needs.js';

const PATH = resolve(import.meta.dirname, '../../dist/man/berth.1');
const page = readFileSync(PATH, 'utf8').replaceAll('\\-', '-');

describe('the man page', () => {
  it('has a section for each command', () => {
    const titles = [...page.matchAll(/^\.SS berth (.*)$/gm)].map(([, title]) => title ?? '');

    const lacking = COMMANDS.filter(({ name }) => !titles.some((title) => `${title} `.startsWith(`${name} `)));
    expect(lacking).toEqual([]);
    expect(titles).toHaveLength(COMMANDS.length);
  });

  it('tells of flags, with what they take', () => {
    expect(page).toContain('\n\\fB--managers\\fR \\fIn\\fR\nnumber of managers.\n');
    expect(page).toContain('\n\\fB-D\\fR, \\fB--debug\\fR\n');
  });

  (onPath('groff') ? it : it.skip)('is what groff takes without a word', async () => {
    expect(await sh('sh', '-c', 'exec groff -man -Tutf8 -ww -z "$1" 2>&1', 'sh', PATH)).toBe('');
  });
});
