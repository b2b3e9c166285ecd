import './helpers/realm.js';
import { getEventListeners } from 'node:events';
import { endsWithin, formatSeconds, pause, poll } from '../src/poll.js';
import { failureOf, told } from './helpers/failure.js';

describe('poll', () => {
  it('gives the first answer, without a pause when there is one at once', async () => {
    const answer = await poll(async () => 'here', { what: 'x', withinMs: 60_000, everyMs: 60_000 });

    expect(answer).toBe('here');
  });

  it.each([[0], [false], [''], [null]])('takes %p for an answer', async (value) => {
    expect(await poll(async () => value, { what: 'x', withinMs: 0 })).toBe(value);
  });

  it('asks again until there is an answer', async () => {
    let asked = 0;

    const answer = await poll(async () => ((asked += 1) < 4 ? undefined : asked), {
      what: 'x',
      withinMs: 10_000,
      everyMs: 1,
    });

    expect(answer).toBe(4);
  });

  it('pauses longer each time, up to a limit', async () => {
    const times: number[] = [];

    await poll(async () => (times.push(performance.now()) < 8 ? undefined : true), {
      what: 'x',
      withinMs: 10_000,
      everyMs: 4,
      atMostEveryMs: 20,
    });

    // 4, 6, 9, 13.5, 20, 20, 20 ms; timers of Node may be a millisecond early.
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    const wanted = [4, 6, 9, 13.5, 20, 20, 20];
    expect(pauses.map((ms, index) => ms >= (wanted[index] ?? 0) - 2)).toEqual(wanted.map(() => true));
  });

  it('begins with short pauses again when what is waited for came nearer', async () => {
    let asked = 0;
    let near = 'far';

    await poll(
      async () => {
        asked += 1;
        near = String(asked);
        return asked < 30 ? undefined : true;
      },
      { what: 'x', withinMs: 60_000, everyMs: 1, atMostEveryMs: 60_000, progress: () => near },
    );

    // Without it the pauses would add up to four minutes.
    expect(asked).toBe(30);
  });

  it('ends at the limit, with what it waited for and the last words', async () => {
    const options = { what: 'web-1 to run', withinMs: 30, everyMs: 5, suggestions: ['berth rm -f web-1'] };

    const failure = await failureOf(poll(async () => undefined, { ...options, lastWords: () => 'refused' }));

    expect(told(failure)).toEqual({
      code: 'TimedOut',
      message: 'timed out after 0 s waiting for web-1 to run',
      exitCode: 4,
    });
    expect([failure.cause, failure.suggestions]).toEqual(['refused', ['berth rm -f web-1']]);
  });

  it('asks at least once, however short the limit', async () => {
    let asked = 0;

    await failureOf(poll(async () => void (asked += 1), { what: 'x', withinMs: 0 }));

    expect(asked).toBe(1);
  });

  it('takes a question back at the limit', async () => {
    const ask = (signal: AbortSignal) =>
      new Promise<undefined>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('taken back')));
      });

    const failure = await failureOf(poll(ask, { what: 'an answer', withinMs: 20 }));

    expect(failure.message).toBe('timed out after 0 s waiting for an answer');
  });

  it('ends at the limit although the question takes no notice', async () => {
    const failure = await failureOf(poll(() => new Promise(() => {}), { what: 'an answer', withinMs: 20 }));

    expect(failure.message).toBe('timed out after 0 s waiting for an answer');
  }, 2_000);

  it('passes on what the question throws', async () => {
    const failure = await failureOf(poll(() => Promise.reject(new Error('no luck')), { what: 'x', withinMs: 10_000 }));

    expect(failure.message).toBe('no luck');
  });

  it.each([
    ['before', (abort: AbortController) => abort.abort(), 0],
    ['during a question', () => {}, 1],
  ])('is interrupted %s it', async (_when, before, questions) => {
    const abort = new AbortController();
    before(abort);
    let asked = 0;

    const failure = await failureOf(
      poll(
        async () => {
          asked += 1;
          abort.abort();
          return undefined;
        },
        { what: 'x', withinMs: 10_000, signal: abort.signal },
      ),
    );

    expect(told(failure)).toEqual({ code: 'Cancelled', message: 'interrupted', exitCode: 130 });
    expect(asked).toBe(questions);
  });

  it('is interrupted during a pause', async () => {
    const abort = new AbortController();

    const work = poll(async () => undefined, { what: 'x', withinMs: 60_000, everyMs: 60_000, signal: abort.signal });
    setImmediate(() => abort.abort());

    expect((await failureOf(work)).code).toBe('Cancelled');
  });

  it('is interrupted although the question fails because of that', async () => {
    const abort = new AbortController();
    const ask = (signal: AbortSignal) =>
      new Promise<undefined>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('the socket was closed')));
        abort.abort();
      });

    const failure = await failureOf(poll(ask, { what: 'x', withinMs: 60_000, signal: abort.signal }));

    expect(told(failure)).toEqual({ code: 'Cancelled', message: 'interrupted', exitCode: 130 });
  });
});

describe('pause', () => {
  it('leaves no listener behind', async () => {
    const { signal } = new AbortController();

    for (let round = 0; round < 20; round += 1) await pause(0, signal);

    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('does not begin when the signal has fired', async () => {
    await expect(pause(60_000, AbortSignal.abort())).resolves.toBeUndefined();
  });
});

describe('formatSeconds', () => {
  it.each([
    [1500, '1.5 s'],
    [300_000, '300 s'],
    [20, '0 s'],
    [250, '0.3 s'],
  ])('writes %i ms as %s', (ms, text) => {
    expect(formatSeconds(ms)).toBe(text);
  });
});

describe('endsWithin', () => {
  it.each([
    ['well', () => Promise.resolve('done')],
    ['badly', () => Promise.reject(new Error('not done'))],
  ])('is so for work that ends %s, without a timer left', async (_how, work) => {
    const before = timers();

    expect(await endsWithin(60_000, work())).toBe(true);
    expect(timers()).toBe(before);
  });

  it('is not so for work that takes longer, which goes on', async () => {
    const late = pause(50).then(() => 'done');

    expect(await endsWithin(1, late)).toBe(false);
    expect(await late).toBe('done');
  });
});

function timers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
}
