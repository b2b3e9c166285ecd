import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MachineError } from '../../src/errors.js';
import type { Host } from '../../src/host/host.js';
import { createMachine } from '../../src/lifecycle/create.js';
import { restartMachine } from '../../src/lifecycle/power.js';
import type { Program } from '../../src/lifecycle/program.js';
import { parseName } from '../../src/name.js';
import { failureOf, told } from '../helpers/failure.js';
import { testWorld, type World } from './support/world.js';

const WEB = parseName('web-1');
let world: World;
/** What the host says of its boot, one answer for each question; an error is a host that cannot be reached. */
let boots: (string | MachineError)[];
let asked: string[];
beforeEach(async () => {
  world = await testWorld();
  await createMachine(world.wish('web-1'), world.spec, world.program);
  world.lines.length = 0;
  asked = [];
});
afterEach(() => world[Symbol.asyncDispose]());

const unreachable = (): MachineError => new MachineError('HostUnreachable', 'lost the connection to web-1');

/** A host that has no power verbs, so that it is told to reboot. */
function program(): Program {
  const spec = { ...world.spec, features: { ...world.spec.features, powers: false } };
  const run: Host['run'] = async ([command, ...words]) => {
    asked.push([command, ...words].join(' '));
    if (command === 'sh') throw unreachable();
    const answer = boots.shift() ?? 'third';
    if (typeof answer !== 'string') throw answer;
    return { stdout: answer, stderr: '' };
  };
  return {
    ...world.program,
    findDriver: () => spec,
    connect: async (request) => ({
      ...(await world.program.connect(request)),
      run,
      [Symbol.asyncDispose]: async () => {},
    }),
  };
}

describe('restarting a host without power verbs', () => {
  it('tells it to reboot, and waits until it runs under another boot id', async () => {
    boots = ['first', 'first', unreachable(), 'second'];

    await restartMachine(WEB, program());

    expect(asked.filter((command) => command.includes('reboot'))).toHaveLength(1);
    expect(boots).toEqual([]);
    expect(world.lines.filter((line) => line.startsWith('step'))).toEqual([
      'step: Restarting the machine',
      'step: Waiting for the engine',
    ]);
  });

  it('fails for a host that cannot be reached in the first place', async () => {
    boots = [unreachable()];

    const failure = await failureOf(restartMachine(WEB, program()));

    expect(told(failure)).toEqual({
      code: 'HostUnreachable',
      message: 'lost the connection to web-1',
      exitCode: 4,
    });
    expect(asked.filter((command) => command.includes('reboot'))).toEqual([]);
  });

  it('does not wait out a changed host key', async () => {
    boots = ['first', new MachineError('HostKeyChanged', 'the host key of web-1 has changed')];

    const failure = await failureOf(restartMachine(WEB, program()));

    expect(failure.code).toBe('HostKeyChanged');
  });
});
