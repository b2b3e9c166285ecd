import { describe, expect, it } from '@jest/globals';
import { whileAsking } from '../../src/lifecycle/questions.js';
import { driverContext } from '../helpers/driver-context.js';

/** Work of one run of the program, and the signal that each was given. */
function run(interrupt = new AbortController()): {
  ask: (work: () => Promise<void>) => Promise<void>;
  aborted: () => readonly boolean[];
} {
  const context = driverContext({ signal: interrupt.signal });
  const signals: AbortSignal[] = [];
  return {
    ask: (work) =>
      whileAsking(context, ({ signal }) => {
        signals.push(signal);
        return work();
      }),
    aborted: () => signals.map(({ aborted }) => aborted),
  };
}

async function refuse(): Promise<void> {
  throw new Error('the quota is used up');
}

describe('what is still asked', () => {
  it('is given up when one answer was a refusal', async () => {
    const { ask, aborted } = run();

    await expect(ask(refuse)).rejects.toThrow('the quota is used up');

    expect(aborted()).toEqual([true]);
  });

  it('goes on as long as another machine asks, which may want the same answer', async () => {
    const { ask, aborted } = run();
    let release = (): void => {};
    const other = ask(() => new Promise((resolve) => (release = resolve)));

    await ask(refuse).catch(() => {});
    const during = aborted();
    release();
    await other;

    expect(during).toEqual([false, false]);
    expect(aborted()).toEqual([true, true]);
  });

  it('goes on where nothing was refused', async () => {
    const { ask, aborted } = run();

    await ask(async () => {});

    expect(aborted()).toEqual([false]);
  });

  it('ends with the program', async () => {
    const interrupt = new AbortController();
    const { ask, aborted } = run(interrupt);
    await ask(async () => {});

    interrupt.abort();

    expect(aborted()).toEqual([true]);
  });
});
