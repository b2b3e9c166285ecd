import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { MachineState } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import { createMachine } from '../../src/lifecycle/create.js';
import type { Program } from '../../src/lifecycle/program.js';
import { resizeMachine } from '../../src/lifecycle/resize.js';
import { parseName } from '../../src/name.js';
import { failureOf, told } from '../helpers/failure.js';
import { withDriver } from './support/abilities.js';
import { testWorld, type World } from './support/world.js';

const WEB = parseName('web-1');
const SIZE = { memory: 2048, disk: 5000 };
/** Keys of RSA, on a busy computer. In milliseconds. */
jest.setTimeout(30_000);

let world: World;
let program: Program;
beforeEach(async () => {
  world = await testWorld();
  await createMachine(world.wish('web-1'), world.spec, world.program);
  world.provider.calls.length = 0;
  program = withDriver(world, () => ({
    resize: async (resource, { disk, memory }) => {
      if (disk === 1) throw new MachineError('BadOption', 'a disk of 3000 MB cannot shrink to 1 MB');
      world.provider.calls.push(`resize to ${memory} and ${disk}`);
      return { ...(resource as object), memory: memory ?? 0 };
    },
  }));
});
afterEach(() => world[Symbol.asyncDispose]());

function become(state: MachineState): void {
  for (const server of world.provider.servers.values()) server.state = state;
}

describe('resizing a machine', () => {
  it('changes one that stands still, which goes on standing still', async () => {
    become('stopped');

    await resizeMachine(WEB, { size: SIZE, restart: true }, program);

    expect(world.provider.calls).toEqual(['resize to 2048 and 5000']);
    expect((await program.store.read(WEB)).resource).toMatchObject({ memory: 2048 });
  });

  it('stops one that runs where that is allowed, and starts it again', async () => {
    await resizeMachine(WEB, { size: SIZE, restart: true }, program);

    expect(world.provider.calls).toEqual(['stop', 'resize to 2048 and 5000', 'start']);
  });

  it('leaves one that runs alone otherwise, and says what helps', async () => {
    const failure = await failureOf(resizeMachine(WEB, { size: SIZE, restart: false }, program));

    expect(told(failure)).toEqual({
      code: 'BadUsage',
      message: 'machine "web-1" is running, and is resized while it stands still',
      exitCode: 2,
    });
    expect(failure.suggestions).toEqual(['berth stop web-1', 'Add --restart, to stop it and start it again']);
    expect(world.provider.calls).toEqual([]);
  });

  it.each([true, false])('never touches one that is suspended (restart: %s)', async (restart) => {
    become('saved');

    const failure = await failureOf(resizeMachine(WEB, { size: SIZE, restart }, program));

    expect(told(failure)).toEqual({
      code: 'BadUsage',
      message: 'machine "web-1" is suspended: what is in its memory fits its size alone',
      exitCode: 2,
    });
    expect(world.provider.calls).toEqual([]);
  });

  it('leaves the record as it was when the driver refuses', async () => {
    become('stopped');
    const before = await program.store.read(WEB);

    const failure = await failureOf(resizeMachine(WEB, { size: { disk: 1 }, restart: false }, program));

    expect(failure.message).toBe('a disk of 3000 MB cannot shrink to 1 MB');
    expect(await program.store.read(WEB)).toEqual(before);
  });

  it('is refused where the driver cannot', async () => {
    const failure = await failureOf(resizeMachine(WEB, { size: SIZE, restart: true }, world.program));

    expect(told(failure)).toEqual({
      code: 'NotSupported',
      message: 'the driver fake cannot resize machines',
      exitCode: 2,
    });
  });
});
