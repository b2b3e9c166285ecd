import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { COMMANDS } from '../helpers/commands.js';
import { goldenFile } from '../helpers/golden.js';
import { testHome, type Home } from '../cli/support/berth.js';

const ROOT = resolve(import.meta.dirname, '../..');
const GOLDEN = join(ROOT, 'test/golden/help');

let home: Home;
beforeAll(() => {
  home = testHome();
});
afterAll(() => home[Symbol.dispose]());

const TOPICS = [...new Set(COMMANDS.flatMap(({ name }) => (name.includes(' ') ? name.split(' ', 1) : [])))];

const fileOf = (name: string): string => `${name.replaceAll(' ', '-')}.txt`;
const golden = (name: string, text: string): string => goldenFile(join(GOLDEN, fileOf(name)), text);

describe('help', () => {
  it.each(COMMANDS)('of $name changes only on purpose', async ({ name }) => {
    const { stdout, stderr, exitCode } = await home.berth([...name.split(' '), '--help']);

    expect(stdout).toBe(golden(name, stdout));
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  });

  it.each(TOPICS)('of the commands of %s changes only on purpose', async (topic) => {
    const { stdout, stderr, exitCode } = await home.berth([topic, '--help']);

    expect(stdout).toBe(golden(topic, stdout));
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(await home.berth(['help', topic])).toEqual(await home.berth([topic]));
  });

  it('of the whole program changes only on purpose', async () => {
    const { stdout, exitCode } = await home.berth(['--help']);

    const text = stdout.replace(/(berth\/)\S+ \S+ node-\S+/, '$1VERSION');
    expect(text).toBe(golden('berth', text));
    expect(exitCode).toBe(0);
  });

  it('has a file for each command and topic, and for none besides', () => {
    const names = [...COMMANDS.map(({ name }) => name), ...TOPICS, 'berth'];

    expect(readdirSync(GOLDEN).sort()).toEqual(names.map(fileOf).sort());
  });

  it.each([[[]], [['help']], [['h']], [['-h']], [['-s', '/store']]])('is what %j asks for', async (args) => {
    const whole = await home.berth(['--help']);

    expect(await home.berth(args)).toEqual(whole);
  });

  it.each([[['help', 'ls']], [['ls', '-h']], [['-D', 'ls', '--help']]])('of ls is what %j asks for', async (args) => {
    const ofLs = await home.berth(['ls', '--help']);

    expect(await home.berth(args)).toEqual(ofLs);
  });

  it('speaks of the name that the program was called by', async () => {
    const { stdout } = await home.berth(['url', '--help'], { calledAs: 'docker-machine' });

    expect(stdout).toContain('  $ docker-machine url web-1\n');
    expect(stdout).not.toContain('berth url');
  });
});
