import { Pace, paces } from '../src/pace.js';
import { failureOf } from './helpers/failure.js';

const SIGNAL = new AbortController().signal;

/** A pace whose clock stands at `at` and moves only by hand. */
function stopped(random = 1): { pace: Pace; clock: { at: number } } {
  const clock = { at: 0 };
  return { pace: new Pace({ now: () => clock.at, random: () => random, firstMs: 100 }), clock };
}

/** Until when a pace holds everybody up: the first moment at which its turn comes at once. */
async function freeAt({ pace, clock }: { pace: Pace; clock: { at: number } }): Promise<number> {
  for (; ; clock.at += 10) {
    const waiting = new AbortController();
    const came = pace.turn(waiting.signal).then(() => true);
    const free = await Promise.race([came, new Promise<boolean>((resolve) => setImmediate(resolve, false))]);
    waiting.abort();
    await came.catch(() => {});
    if (free) return clock.at;
  }
}

describe('a pace', () => {
  it('holds nobody up before the first refusal', async () => {
    expect(await freeAt(stopped())).toBe(0);
  });

  it.each([
    [1, 100],
    [2, 300],
    [3, 700],
  ])('after %i refusals in a row, each at the end of the last wait, is free at %i ms', async (refusals, wanted) => {
    const one = stopped();

    let at = 0;
    for (let count = 0; count < refusals; count += 1) {
      one.pace.refused();
      at = await freeAt(one);
    }

    expect(at).toBe(wanted);
  });

  it('draws each wait from between half and the whole of it', async () => {
    const least = stopped(0);

    least.pace.refused();

    expect(await freeAt(least)).toBe(50);
  });

  it('takes refusals of requests that were under way together for one', async () => {
    const one = stopped();

    for (let count = 0; count < 20; count += 1) one.pace.refused();

    expect(await freeAt(one)).toBe(100);
  });

  it('waits for as long as the provider says', async () => {
    const one = stopped();

    one.pace.refused(2_000);

    expect(await freeAt(one)).toBe(2_000);
  });

  it('takes back one refusal for each answer', async () => {
    const one = stopped();
    one.pace.refused();
    await freeAt(one);
    one.pace.accepted();
    one.pace.accepted();

    const before = one.clock.at;
    one.pace.refused();

    expect((await freeAt(one)) - before).toBe(100);
  });

  it('ends a wait when it is interrupted', async () => {
    const { pace } = stopped();
    pace.refused(60_000);
    const interrupt = new AbortController();

    const waiting = failureOf(pace.turn(interrupt.signal));
    interrupt.abort();

    expect((await waiting).code).toBe('Cancelled');
  });

  it('lets everybody go on after a wait', async () => {
    const pace = new Pace({ firstMs: 2 });
    pace.refused();

    await expect(Promise.all([pace.turn(SIGNAL), pace.turn(SIGNAL)])).resolves.toHaveLength(2);
  });

  it('is one for an account, whoever asks for it', () => {
    const pace = paces();

    expect(pace('one')).toBe(pace('one'));
    expect(pace('other')).not.toBe(pace('one'));
  });
});
