import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { allDrivers, findDriver } from '../../drivers/index.js';
import { planMachine } from '../../src/lifecycle/plan.js';
import { parseName } from '../../src/name.js';
import { DEFAULT_ENGINE, type KeyPair } from '../../src/record.js';
import { openStore } from '../../src/store/disk.js';
import { VALID } from '../helpers/certificates.js';
import { certificates } from '../../src/certs/issue.js';
import { testEngine, type TestEngine } from '../helpers/engine.js';
import { Berth } from './support/berth.js';

const CLOUDS = allDrivers().filter(({ features }) => features.plantsKeys && !features.local);
/** What is in scripts with packages that drivers alone need; what a command loads of them shows in every start. */
const SDKS = /@aws-sdk\/core|node_modules\/google-gax/;

/** Scripts of our own. */
const PROGRAM = /dist\/program\//;

/** Writes every file that is loaded into a file. */
const HOOK = `
const { appendFileSync } = require('node:fs');
const { Module } = require('node:module');
const resolve = Module._resolveFilename;
Module._resolveFilename = (...request) => {
  const found = resolve(...request);
  appendFileSync(process.env.LOADED, found + '\\n');
  return found;
};`;

const berth = new Berth();
const loaded = join(berth.home, 'loaded');
let engine: TestEngine;

beforeAll(async () => {
  await berth.ok('create', '-d', 'none', '--url', 'tcp://192.0.2.7:2376', 'seed');
  await berth.ok('rm', '-y', 'seed');
  const file = (name: string): string => readFileSync(join(berth.store, 'certs', name), 'utf8');
  const authority: KeyPair = { certificate: file('ca.pem'), privateKey: file('ca-key.pem') };
  const wish = { names: ['127.0.0.1'], organization: 'test', validity: VALID };
  engine = await testEngine({
    server: await certificates.issueServer(authority, wish),
    authority: authority.certificate,
  });
  await Promise.all(CLOUDS.map(({ name }) => record(name, file)));
  writeFileSync(join(berth.home, 'hook.cjs'), HOOK);
  berth.environment['NODE_OPTIONS'] = `--require ${join(berth.home, 'hook.cjs')}`;
  berth.environment['LOADED'] = loaded;
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  berth[Symbol.dispose]();
});

/** A machine of the driver, whose engine runs. */
async function record(driver: string, file: (name: string) => string): Promise<void> {
  const spec = findDriver(driver);
  if (!spec) throw new Error(`no driver ${driver}`);
  const store = openStore(berth.store, { find: () => spec });
  const { options } = spec.fromStored({});
  const name = parseName(`on-${driver}`);
  const planned = planMachine({ name, spec, options, engine: DEFAULT_ENGINE, tlsSans: [], now: new Date() });
  await store.write({ ...planned, phase: 'ready', address: '127.0.0.1', enginePort: engine.port });
  mkdirSync(store.folder(name), { recursive: true });
  for (const one of ['ca.pem', 'cert.pem', 'key.pem'] as const) await store.writeFile(name, one, file(one));
}

async function modulesOf(...args: string[]): Promise<readonly string[]> {
  writeFileSync(loaded, '');
  const stdout = await berth.ok(...args);
  expect(stdout).toContain(CLOUDS[0]?.name ?? 'a cloud');
  return readFileSync(loaded, 'utf8').split('\n');
}

function hasSdk(path: string): boolean {
  return PROGRAM.test(path) && SDKS.test(readFileSync(path, 'utf8'));
}

it.each(['ls', 'ls -q', 'ls --json', 'drivers', 'create --help'])(
  'berth %s loads no SDK with records of all clouds in the store',
  async (line) => {
    const modules = await modulesOf(...line.split(' '));

    expect(modules.filter((path) => PROGRAM.test(path)).length).toBeGreaterThan(0);
    expect(modules.filter(hasSdk)).toEqual([]);
  },
);

it.each([
  ['__complete ip on-', 0],
  ['ip on-amazonec2', 1],
  ['env on-amazonec2', 1],
  ['url on-amazonec2', 1],
  ['ls -q', CLOUDS.length],
])('berth %s loads one script, and few for each of its %i drivers', async (line, drivers) => {
  writeFileSync(loaded, '');

  await berth.ok(...line.split(' '));

  const [first, ...others] = readFileSync(loaded, 'utf8').match(/program\/.*/g) ?? [];
  expect(first).toBe('program/quick.cjs');
  expect(others.filter((path) => /^program\/drivers\/\w+\/index\.cjs$/.test(path))).toHaveLength(drivers);
  expect(others.filter((path) => path.startsWith('program/chunks/')).length).toBeLessThanOrEqual(2 * drivers);
});

it.each([
  ['amazonec2', ['--amazonec2-access-key', 'A', '--amazonec2-secret-key', 'B']],
  ['google', ['--google-project', 'p']],
])(
  'sees the SDK of %s where it is loaded',
  async (driver, flags) => {
    writeFileSync(loaded, '');

    await berth.run('gc', '-d', driver, `--${driver}-endpoint`, 'http://127.0.0.1:9', ...flags);

    expect(readFileSync(loaded, 'utf8').split('\n').filter(hasSdk)).not.toEqual([]);
  },
  60_000,
);
