import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MachineError } from '../../src/errors.js';
import { createMachine } from '../../src/lifecycle/create.js';
import { stopMachine } from '../../src/lifecycle/power.js';
import type { Program } from '../../src/lifecycle/program.js';
import { upgradeMachine } from '../../src/lifecycle/upgrade.js';
import { upgradeOne } from '../../src/lifecycle/upgrade-member.js';
import { parseName } from '../../src/name.js';
import { failureOf, told } from '../helpers/failure.js';
import { testWorld, type World } from './support/world.js';

const WEB = parseName('web-1');
/** Keys of RSA, on a busy computer. In milliseconds. */
jest.setTimeout(30_000);

let world: World;
beforeEach(async () => {
  world = await testWorld();
  await createMachine(world.wish('web-1'), world.spec, world.program);
  world.wanted.length = 0;
});
afterEach(() => world[Symbol.asyncDispose]());

describe('upgrading a machine', () => {
  it('asks for a newer engine once, and tells the versions before and after', async () => {
    world.foundEngine = '20.10.24';

    const upgraded = await upgradeMachine(WEB, world.program);

    expect(world.wanted.map(({ upgrade }) => upgrade)).toEqual([true]);
    expect(upgraded).toEqual({ name: 'web-1', from: '20.10.24', to: '28.2.2', rebootNeeded: false, rebooted: false });
  });

  it('starts a stopped machine first', async () => {
    await stopMachine(WEB, world.program);

    await upgradeMachine(WEB, world.program);

    expect(world.provider.calls.filter((call) => /^(start|stop)/.test(call))).toHaveLength(2);
    expect(world.wanted.at(-1)?.upgrade).toBe(true);
  });

  it('goes to the version that was named, and keeps to it until the newest is wished for', async () => {
    await upgradeOne(WEB, { version: '27.5' }, world.program);
    await upgradeOne(WEB, {}, world.program);

    await upgradeOne(WEB, { version: '' }, world.program);

    expect(world.wanted.map(({ engine }) => engine.version)).toEqual(['27.5', '27.5', '']);
  });

  it('keeps to no version that the host refuses', async () => {
    await upgradeOne(WEB, { version: '27.5' }, world.program);
    const refusing: Program = {
      ...world.program,
      provision: async () => Promise.reject(new MachineError('ProvisionFailed', 'no version 99')),
    };

    const failure = await failureOf(upgradeOne(WEB, { version: '99' }, refusing));

    expect(told(failure).message).toBe('no version 99');
    expect((await world.program.store.read(WEB)).engine).toMatchObject({ version: '27.5', bundle: '' });
  });

  it('goes to a bundle that is named, and from there to no other version than its own', async () => {
    const bundle = join(world.program.cacheFolder, 'docker.tgz');
    mkdirSync(world.program.cacheFolder, { recursive: true });
    writeFileSync(bundle, 'a bundle');
    await upgradeOne(WEB, { bundle }, world.program);

    await upgradeOne(WEB, { version: '28' }, world.program);

    expect(world.wanted.map(({ engine }) => [engine.bundle, engine.version])).toEqual([
      [bundle, ''],
      ['', '28'],
    ]);
  });

  it('leaves the record alone where the bundle is not there', async () => {
    const failure = await failureOf(upgradeOne(WEB, { bundle: '/no/such.tgz' }, world.program));

    expect(told(failure)).toEqual({
      code: 'BadOption',
      message: 'option --engine-bundle names a file that does not exist: "/no/such.tgz"',
      exitCode: 2,
    });
    expect((await world.program.store.read(WEB)).engine.bundle).toBe('');
    expect(world.wanted).toEqual([]);
  });

  it.each([
    { upgrades: { packages: true }, answer: 'yes', told: { rebootNeeded: true, rebooted: false } },
    { upgrades: { packages: true, reboot: true }, answer: 'yes', told: { rebootNeeded: false, rebooted: true } },
    { upgrades: { packages: true, reboot: true }, answer: 'no', told: { rebootNeeded: false, rebooted: false } },
    { upgrades: { reboot: true }, answer: 'yes', told: { rebootNeeded: false, rebooted: true } },
  ])('with $upgrades, on a host that says $answer to a reboot, ends in $told', async ({ upgrades, answer, told }) => {
    const program: Program = {
      ...world.program,
      upgrades,
      connect: async (request) => ({
        ...(await world.program.connect(request)),
        runScript: async () => ({ stdout: `${answer}\n`, stderr: '' }),
        [Symbol.asyncDispose]: async () => {},
      }),
    };

    const upgraded = await upgradeMachine(WEB, program);

    expect(world.wanted[0]?.upgradeSystem).toBe(upgrades.packages);
    expect(upgraded).toMatchObject(told);
    expect(world.provider.calls.includes('start')).toBe(told.rebooted);
  });
});
