import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createMachine } from '../../src/lifecycle/create.js';
import { stopMachine } from '../../src/lifecycle/power.js';
import { upgradeMachine } from '../../src/lifecycle/upgrade.js';
import { parseName } from '../../src/name.js';
import { testWorld, type World } from './support/world.js';

const WEB = parseName('web-1');
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
    expect(upgraded).toEqual({ name: 'web-1', from: '20.10.24', to: '28.2.2' });
  });

  it('starts a stopped machine first', async () => {
    await stopMachine(WEB, world.program);

    await upgradeMachine(WEB, world.program);

    expect(world.provider.calls.filter((call) => /^(start|stop)/.test(call))).toHaveLength(2);
    expect(world.wanted.at(-1)?.upgrade).toBe(true);
  });
});
