import { Fault } from '../../src/cloud/fault.js';
import { candidates, firstInStock } from '../../src/cloud/stock.js';
import { failureOf } from '../helpers/failure.js';
import { recordingReporter } from '../helpers/reporter.js';

const none = new Fault('stock', 'none left');

describe('candidates', () => {
  it.each([
    ['a', 'small', ['a small']],
    ['a,b', 'small, large', ['a small', 'b small', 'a large', 'b large']],
    ['', 'small', [' small']],
    ['a,,b,', 'small', ['a small', 'b small']],
  ])('of the zones "%s" and the types "%s" come in the user\'s order', (zones, types, wanted) => {
    expect(candidates(zones, types).map(({ zone, type }) => `${zone} ${type}`)).toEqual(wanted);
  });
});

describe('the first in stock', () => {
  it('is the first that the provider has, and what is tried next is told', async () => {
    const report = recordingReporter();

    const found = await firstInStock(candidates('a,b', 'small'), report, async ({ zone }) => {
      if (zone === 'a') throw none;
      return zone;
    });

    expect([found, report.lines]).toEqual(['b', ['info: no small in a now, trying small in b']]);
  });

  it('names no zone where none was chosen', async () => {
    const report = recordingReporter();

    await firstInStock(candidates('', 'small,large'), report, async ({ type }) => {
      if (type === 'small') throw none;
    });

    expect(report.lines).toEqual(['info: no small in this place now, trying large in another']);
  });

  it('fails with the last refusal when there is none anywhere', async () => {
    const failure = failureOf(
      firstInStock(candidates('a,b', 'small'), recordingReporter(), () => Promise.reject(none)),
    );

    expect(await failure).toBe(none);
  });

  it('tries no other place after any other refusal', async () => {
    const tried: string[] = [];

    await failureOf(
      firstInStock(candidates('a,b', 'small'), recordingReporter(), async ({ zone }) => {
        tried.push(zone);
        throw new Fault('quota', 'no more');
      }),
    );

    expect(tried).toEqual(['a']);
  });
});
