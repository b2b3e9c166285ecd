import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MachineError } from '../../src/errors.js';
import { createMachine } from '../../src/lifecycle/create.js';
import { forEachBounded, resultsOf } from '../../src/lifecycle/each.js';
import { freePort } from '../helpers/engine.js';
import { failureOf, told } from '../helpers/failure.js';
import { testWorld, type World } from './support/world.js';

const fail = (error: Error): Promise<never> => Promise.reject(error);

describe('work on many machines', () => {
  it('gives the results in the order of the names, whatever ends first', async () => {
    const ends: (() => void)[] = [];
    const working = forEachBounded(
      ['a', 'b', 'c'],
      3,
      (name) => new Promise<string>((end) => ends.push(() => end(name))),
    );

    for (const end of ends.toReversed()) end();

    expect(resultsOf(await working)).toEqual(['a', 'b', 'c']);
  });

  it('never does more at once than it may', async () => {
    let running = 0;
    let most = 0;
    await forEachBounded([...Array(20).keys()], 4, async () => {
      most = Math.max(most, (running += 1));
      await new Promise(setImmediate);
      running -= 1;
    });

    expect(most).toBe(4);
  });

  it('throws the failure of a single machine as it is', async () => {
    const error = new MachineError('MachineNotFound', 'no machine is called "a"');

    const failure = await failureOf(async () => resultsOf(await forEachBounded(['a'], 8, () => fail(error))));

    expect(failure).toBe(error);
  });

  it('sums up the failures of several', async () => {
    const errors: Readonly<Record<string, Error>> = {
      b: new MachineError('MachineNotFound', 'no machine is called "b"', { suggestions: ['berth ls'] }),
      d: new MachineError('HostUnreachable', 'cannot reach "d"', {
        suggestions: ['berth ls'],
        cause: new Error('connect ECONNREFUSED\nas often as it was tried'),
      }),
    };

    const failure = await failureOf(async () =>
      resultsOf(await forEachBounded(['a', 'b', 'c', 'd'], 8, async (name) => errors[name] && fail(errors[name]))),
    );

    expect(told(failure)).toEqual({ code: 'SomeFailed', message: '2 of 4 machines failed', exitCode: 4 });
    expect((failure.cause as Error).message).toBe(
      'b: no machine is called "b"\nd: cannot reach "d"\n  connect ECONNREFUSED\n  as often as it was tried',
    );
    expect(failure.suggestions).toEqual(['berth ls']);
  });

  it.each([
    { title: 'an interruption before everything', codes: ['DriverFailed', 'Cancelled', 'TimedOut'], exitCode: 130 },
    { title: 'the highest otherwise', codes: ['BadName', 'DriverFailed'], exitCode: 3 },
  ] as const)('ends with the worst exit code: $title', async ({ codes, exitCode }) => {
    const failure = await failureOf(async () =>
      resultsOf(await forEachBounded(codes, 8, (code) => fail(new MachineError(code, code)))),
    );

    expect(failure.exitCode).toBe(exitCode);
  });

  it('ends as a bug where one of the failures is a bug of ours', async () => {
    const errors = [new TypeError('x is undefined'), new MachineError('DriverFailed', 'refused')];

    const failure = await failureOf(async () =>
      resultsOf(await forEachBounded(['a', 'b'], 8, (name) => fail(errors[name === 'a' ? 0 : 1] as Error))),
    );

    expect(failure.exitCode).toBe(1);
  });
});

describe('several creates at once', () => {
  let world: World;
  beforeEach(async () => {
    world = await testWorld();
  });
  afterEach(() => world[Symbol.asyncDispose]());

  it('go on when one of them fails, and share one authority', async () => {
    world.provider.duringCreate = async (name) => {
      if (name === 'web-2') throw new MachineError('DriverFailed', 'the provider refused to boot the server');
    };
    const ports: Record<string, number> = {
      'web-1': await freePort(),
      'web-2': await freePort(),
      'web-3': await freePort(),
    };

    const failure = await failureOf(async () =>
      resultsOf(
        await forEachBounded(['web-1', 'web-2', 'web-3'], 8, (name) =>
          createMachine(world.wish(name, { 'engine-port': ports[name] }), world.spec, world.program),
        ),
      ),
    );

    const phases = await Promise.all(
      (await world.program.store.list()).map(async (name) => (await world.program.store.read(name)).phase),
    );
    expect(told(failure)).toEqual({ code: 'SomeFailed', message: '1 of 3 machines failed', exitCode: 3 });
    expect((failure.cause as Error).message).toBe('web-2: the provider refused to boot the server');
    expect(phases).toEqual(['ready', 'planned', 'ready']);
    expect(world.lines.filter((line) => line === 'step: Creating a certificate authority')).toHaveLength(1);
  });
});
