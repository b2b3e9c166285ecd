import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MachineError } from '../../src/errors.js';
import { createMachine } from '../../src/lifecycle/create.js';
import { stopMachine } from '../../src/lifecycle/power.js';
import type { Program } from '../../src/lifecycle/program.js';
import { upgradeOs } from '../../src/lifecycle/upgrade-os.js';
import { parseName } from '../../src/name.js';
import type { Json } from '../../src/record.js';
import type { Systems } from '../../src/system.js';
import { failureOf, told } from '../helpers/failure.js';
import { withDriver } from './support/abilities.js';
import { testWorld, type World } from './support/world.js';

const WEB = parseName('web-1');
/** Keys of RSA, on a busy computer. In milliseconds. */
jest.setTimeout(30_000);

let world: World;
let program: Program;
let placed: string;
let duringTrial: () => Promise<void>;
beforeEach(async () => {
  world = await testWorld();
  placed = 'new';
  duringTrial = async () => {};
  await createMachine(world.wish('web-1'), world.spec, world.program);
  program = withDriver(world, () => ({ systems }));
  world.provider.calls.length = 0;
});
afterEach(() => world[Symbol.asyncDispose]());

/** Of a machine that boots "old". */
const systems: Systems<Json> = {
  async place(_resource, wish = placed) {
    world.provider.calls.push(`place ${wish}`);
    return { from: 'old', to: wish };
  },
  async try(resource, image) {
    world.provider.calls.push(`try ${image}`);
    const { id } = resource as { readonly id: string };
    world.provider.servers.set(id, { state: 'running', address: '127.0.0.1' });
    await duringTrial();
    return { id, tried: true };
  },
  async keep(_resource, image) {
    world.provider.calls.push(`keep ${image}`);
  },
};

describe('changing the OS of a machine', () => {
  it('stops it, tries the new one, and keeps that once the engine answers', async () => {
    const upgraded = await upgradeOs(WEB, undefined, program);

    expect(upgraded).toEqual({ name: 'web-1', from: 'old', to: 'new' });
    expect(world.provider.calls).toEqual(['place new', 'stop', 'try new', 'keep new']);
    expect((await program.store.read(WEB)).resource).toMatchObject({ tried: true });
  });

  it('starts one that stands still', async () => {
    await stopMachine(WEB, program);
    world.provider.calls.length = 0;

    await upgradeOs(WEB, 'other', program);

    expect(world.provider.calls).toEqual(['place other', 'try other', 'keep other']);
  });

  it('leaves one that has it already as it is', async () => {
    placed = 'old';

    const upgraded = await upgradeOs(WEB, undefined, program);

    expect(upgraded).toEqual({ name: 'web-1', from: 'old', to: 'old' });
    expect(world.provider.calls).toEqual(['place old']);
  });

  it('goes back to the old one when the new one does not come up, and says so', async () => {
    duringTrial = () => Promise.reject(new MachineError('DriverFailed', 'the machine does not boot'));

    const failure = await failureOf(upgradeOs(WEB, undefined, program));

    expect(told(failure)).toEqual({
      code: 'ProvisionFailed',
      message: 'machine "web-1" is back on its OS old',
      exitCode: 4,
    });
    expect(failure.cause).toMatchObject({ message: 'the machine does not boot' });
    expect(world.provider.calls).toEqual(['place new', 'stop', 'try new', 'kill', 'start']);
    expect(world.lines).toContain('warn: the OS new does not come up: the machine does not boot');
    expect(world.lines.at(-1)).toBe('step: Waiting for the engine');
  });

  it('says how to go back when it is interrupted', async () => {
    duringTrial = () => Promise.reject(new MachineError('Cancelled', 'interrupted'));

    const failure = await failureOf(upgradeOs(WEB, undefined, program));

    expect(told(failure)).toEqual({
      code: 'Cancelled',
      message: 'interrupted while "web-1" had another OS on trial',
      exitCode: 130,
    });
    expect(failure.suggestions).toEqual(['Go back: berth restart web-1']);
    expect(world.provider.calls).not.toContain('keep new');
  });

  it('leaves one that is suspended as it is', async () => {
    for (const server of world.provider.servers.values()) server.state = 'saved';

    const failure = await failureOf(upgradeOs(WEB, undefined, program));

    expect(told(failure)).toEqual({
      code: 'BadUsage',
      message: 'machine "web-1" is suspended: what is in its memory fits its OS alone',
      exitCode: 2,
    });
    expect(world.provider.calls).toEqual([]);
  });

  it("is refused where the OS is not berth's own", async () => {
    const failure = await failureOf(upgradeOs(WEB, undefined, world.program));

    expect(told(failure)).toEqual({
      code: 'NotSupported',
      message: "the OS of machines of fake is not berth's own",
      exitCode: 2,
    });
  });
});
