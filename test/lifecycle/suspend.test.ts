import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { MachineState } from '../../src/driver.js';
import type { Argv } from '../../src/host/host.js';
import { createMachine } from '../../src/lifecycle/create.js';
import type { Program } from '../../src/lifecycle/program.js';
import { resumeMachine, suspendMachine } from '../../src/lifecycle/suspend.js';
import { parseName } from '../../src/name.js';
import { failureOf, told } from '../helpers/failure.js';
import { hearingHost, withDriver } from './support/abilities.js';
import { NOW, testWorld, type World } from './support/world.js';

const WEB = parseName('web-1');
/** Keys of RSA, on a busy computer. In milliseconds. */
jest.setTimeout(30_000);

let world: World;
let program: Program;
let heard: Argv[];
beforeEach(async () => {
  world = await testWorld();
  heard = [];
  await createMachine(world.wish('web-1'), world.spec, world.program);
  world.provider.calls.length = 0;
  const able = withDriver(world, () => ({
    suspend: async () => {
      world.provider.calls.push('suspend');
      become('saved');
    },
  }));
  program = hearingHost(able, heard);
});
afterEach(() => world[Symbol.asyncDispose]());

function become(state: MachineState): void {
  for (const server of world.provider.servers.values()) server.state = state;
}

describe('suspending a machine', () => {
  it.each(['running', 'paused'] as const)('saves the memory of one that is %s', async (state) => {
    become(state);

    await suspendMachine(WEB, program);

    expect(world.provider.calls).toEqual(['suspend']);
  });

  it.each([
    ['saved', 'MachineAlreadyInState', 'machine "web-1" is already suspended'],
    ['stopped', 'MachineNotRunning', 'machine "web-1" is not running'],
  ] as const)('leaves one that is %s as it is', async (state, code, message) => {
    become(state);

    const failure = await failureOf(suspendMachine(WEB, program));

    expect(told(failure)).toEqual({ code, message, exitCode: 2 });
    expect(world.provider.calls).toEqual([]);
  });

  it('is refused where the driver cannot', async () => {
    const failure = await failureOf(suspendMachine(WEB, world.program));

    expect(told(failure)).toEqual({
      code: 'NotSupported',
      message: 'the driver fake cannot suspend machines',
      exitCode: 2,
    });
  });
});

describe('resuming a machine', () => {
  it.each(['saved', 'paused'] as const)('goes on with one that is %s, and sets its clock', async (state) => {
    become(state);

    await resumeMachine(WEB, program);

    expect(world.provider.calls).toEqual(['start']);
    expect(heard).toEqual([['date', '-u', '-s', `@${Math.round(NOW.getTime() / 1_000)}`]]);
  });

  it.each([
    ['running', 'MachineAlreadyInState', 'machine "web-1" is already running'],
    ['stopped', 'MachineNotRunning', 'machine "web-1" is not suspended'],
  ] as const)('leaves one that is %s as it is', async (state, code, message) => {
    become(state);

    const failure = await failureOf(resumeMachine(WEB, program));

    expect(told(failure)).toEqual({ code, message, exitCode: 2 });
    expect(world.provider.calls).toEqual([]);
  });
});
