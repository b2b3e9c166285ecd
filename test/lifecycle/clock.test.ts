import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Argv } from '../../src/host/host.js';
import { setClock } from '../../src/lifecycle/clock.js';
import { createMachine } from '../../src/lifecycle/create.js';
import type { Machine } from '../../src/record.js';
import { hearingHost } from './support/abilities.js';
import { testWorld, type World } from './support/world.js';

/** Keys of RSA, on a busy computer. In milliseconds. */
jest.setTimeout(30_000);

let world: World;
let machine: Machine;
let heard: Argv[];
beforeEach(async () => {
  world = await testWorld();
  heard = [];
  machine = await createMachine(world.wish('web-1'), world.spec, world.program);
});
afterEach(() => world[Symbol.asyncDispose]());

describe("a machine's clock", () => {
  it("is set to this computer's, to the second, in a way that every date(1) knows", async () => {
    const now = (): Date => new Date('2026-11-21T12:00:00.600Z');

    await setClock(machine, { ...hearingHost(world.program, heard), now });

    expect(heard).toEqual([['date', '-u', '-s', '@1795262401']]);
  });

  it('is left alone where nobody has a login yet', async () => {
    await setClock({ ...machine, phase: 'created' }, hearingHost(world.program, heard));

    expect(heard).toEqual([]);
  });
});
