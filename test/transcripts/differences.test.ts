import '../cli/support/columns.js';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Command } from '@oclif/core';
import { COMMANDS } from '../helpers/commands.js';
import { EXIT_CODES } from '../../src/errors.js';

const ROOT = resolve(import.meta.dirname, '../..');
const DOCUMENT = join(ROOT, 'docs/differences.md');
const text = readFileSync(DOCUMENT, 'utf8');

/** Flags by the names and letters that can be typed, with their descriptions. */
const flags = new Map<string, string[]>();
beforeAll(async () => {
  for (const { path } of COMMANDS) {
    const { default: loaded } = (await import(path)) as { default: typeof Command };
    for (const [name, { char, description = '' }] of Object.entries({ ...loaded.baseFlags, ...loaded.flags }))
      for (const typed of [name, ...(char ? [char] : [])]) flags.set(typed, [...(flags.get(typed) ?? []), description]);
  }
});

/** Rows of the section's table, head and line left out; a pipe within code is none of a column. */
function rows(section: string): string[][] {
  const [, body = ''] = text.split(`## ${section}\n`);
  const lines = (body.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const numbers = (cells: readonly string[]): number[] =>
  cells.flatMap((cell) => cell.match(/\b\d+\b/g) ?? []).map(Number);
const code = (markdown: string): string[] => [...markdown.matchAll(/`([^`\n]+)`/g)].map(([, words]) => words ?? '');

describe('the list of differences', () => {
  it('names exit codes that exist, and all of them', () => {
    const named = rows('Exit codes').flatMap(([title = '', , ours = '']) =>
      /`ssh`/.test(title) ? [] : numbers([ours]),
    );

    expect([...new Set(named)].sort((a, b) => a - b)).toEqual(
      [...new Set([0, 1, ...Object.values(EXIT_CODES)])].sort((a, b) => a - b),
    );
  });

  it('names flags that exist', () => {
    const ours = code(text).filter((words) => !words.startsWith('docker '));
    const named = ours.flatMap((words) => words.match(/(?<=(^| )--?)[a-zA-Z][a-zA-Z-]*/g) ?? []);

    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !flags.has(name) && name !== 'help' && name !== 'json')).toEqual([]);
  });

  it('names commands that exist', () => {
    const named = rows('Commands').flatMap(([first = '']) => code(first).map((words) => words.split(' ')[0] ?? ''));

    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((command) => !COMMANDS.some(({ name }) => name === command))).toEqual([]);
  });

  it('names every flag without effect, and no other', () => {
    const [paragraph = ''] = /^Flags that are accepted and have no effect[^]*?\n\n/m.exec(text) ?? [];
    const named = code(paragraph).flatMap((words) => /^--(.+)$/.exec(words)?.[1] ?? []);

    const idle = [...flags]
      .filter(([, texts]) => texts.every((one) => one.startsWith('no effect')))
      .map(([name]) => name);
    expect(named.sort()).toEqual(idle.sort());
  });

  it('has a reason for every difference', () => {
    const tables = ['Output', 'The command line', 'Names and stores', 'Commands', 'On hosts'].map(rows);

    expect(tables.map((table) => table.length > 5)).toEqual(tables.map(() => true));
    expect(tables.flat().filter((cells) => cells.includes(''))).toEqual([]);
  });

  it('links to what is there', () => {
    const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => join(dirname(DOCUMENT), link ?? ''));

    expect(links.filter((link) => !existsSync(link))).toEqual([]);
  });
});
