import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Berth } from './support/berth.js';

const ROOT = resolve(import.meta.dirname, '../..');

/** What npm takes out of the checkout, installed as a user does who has no network. */
describe('the package for npm', () => {
  const prefix = mkdtempSync(join(tmpdir(), 'berth-package-test-'));
  const npmForm = new Berth();
  let names: readonly string[] = [];

  const npm = (...args: readonly string[]): string =>
    execFileSync('npm', [...args, '--prefix', prefix], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const run = (name: string, ...args: readonly string[]): string =>
    execFileSync(join(prefix, 'bin', name), args, { env: npmForm.environment, encoding: 'utf8', stdio: 'pipe' });

  beforeAll(() => {
    const [packed] = JSON.parse(npm('pack', '--json', '--pack-destination', prefix)) as [
      { filename: string; files: { path: string; mode: number }[] },
    ];
    names = packed.files.map(({ path }) => path);
    npm('install', '--global', '--offline', join(prefix, packed.filename));
    rmSync(join(prefix, packed.filename));
  }, 60_000);

  afterAll(() => {
    npmForm[Symbol.dispose]();
    rmSync(prefix, { recursive: true, force: true });
  });

  it('brings no package besides itself', () => {
    expect(readdirSync(join(prefix, 'lib/node_modules'))).toEqual(['berth']);
    expect(existsSync(join(prefix, 'lib/node_modules/berth/node_modules'))).toBe(false);
  });

  it('tells a slow reader everything, and ends in peace with one that has enough', () => {
    const through = (reader: string): string =>
      execFileSync('bash', ['-o', 'pipefail', '-c', `"$0" completion bash | ${reader}`, join(prefix, 'bin/berth')], {
        ...{ env: npmForm.environment, encoding: 'utf8', stdio: 'pipe' },
      });
    const script = run('berth', 'completion', 'bash');

    // More than a pipe holds, so that berth has not written all of it when the reader begins.
    expect(script.length).toBeGreaterThan(65_536);
    expect(through('{ sleep 0.5; cat; }')).toBe(script);
    expect(through('head -n 1')).toBe(script.slice(0, script.indexOf('\n') + 1));
  });

  it('passes on the licences of what it was bundled from', () => {
    const path = join(prefix, 'lib/node_modules/berth/dist/program/licences.txt');
    const licences = readFileSync(path, 'utf8');

    for (const name of [
      '@aws-sdk/client-ec2',
      '@google-cloud/compute',
      '@oclif/core',
      'inquirer',
      'node-forge',
      'ssh2',
    ])
      expect(licences).toMatch(new RegExp(`^${name} \\d`, 'm'));
  });

  it('holds the program, its templates and its documents, and no sources', () => {
    const tops = [...new Set(names.map((name) => name.replace(/^(dist\/\w+|\w+(?=\/)).*/, '$1')))].sort();

    expect(tops).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'bin',
      'dist/man',
      'dist/program',
      'docs',
      'package.json',
      'templates',
    ]);
    expect(names.filter((name) => /\.(ts|map|tsbuildinfo)$/.test(name))).toEqual([]);
  });

  it.each(['berth', 'docker-machine'])('puts %s on PATH', (name) => {
    expect(run(name, '--version')).toMatch(new RegExp(`^${name} version `));
    expect(run(name, 'env', '--unset', '--shell', 'bash')).toContain('unset DOCKER_HOST');
    expect(run(name, 'shell-init', 'bash')).toContain(`command ${name} "$@"`);
  });

  it('has the clients of clouds inside', () => {
    expect(run('berth', 'drivers', 'google')).toContain('--google-project');
    for (const driver of ['google', 'amazonec2'])
      expect(() => run('berth', 'gc', '-d', driver, `--${driver}-endpoint`, 'no url')).toThrow(/Code: \w+/);
  });

  it('leaves nothing when it is removed', () => {
    expect(lstatSync(join(prefix, 'share/man/man1/berth.1')).isSymbolicLink()).toBe(true);

    npm('uninstall', '--global', 'berth');

    for (const folder of ['bin', 'lib/node_modules', 'share/man/man1'])
      expect(readdirSync(join(prefix, folder)).filter((name) => !name.startsWith('.'))).toEqual([]);
  });
});
