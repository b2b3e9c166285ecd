import { isMachineError } from '../../../src/errors.js';
import { randomIntegers } from '../../helpers/random.js';
import { goStreams, valuesOf } from './streams.js';

const STREAMS = [...goStreams().values()];
const ROUNDS = 1_500;
const SEEDS = [1, 2, 3, 4];

describe('GobDecoder with hostile streams', () => {
  it.each(SEEDS)('ends random bytes in a value or a MachineError (seed %d)', async (seed) => {
    const random = randomIntegers(seed);

    const outcomes = await outcomesOf(() => Buffer.from(Array.from({ length: random(200) }, () => random(256))));

    expect(outcomes.strange).toEqual([]);
  });

  it.each(SEEDS)('ends cut-off streams in a value or a MachineError (seed %d)', async (seed) => {
    const random = randomIntegers(seed);

    const outcomes = await outcomesOf(() => {
      const stream = STREAMS[random(STREAMS.length)]!;
      return stream.subarray(0, random(stream.length));
    });

    expect(outcomes.strange).toEqual([]);
    expect(outcomes.refused).toBeGreaterThan(ROUNDS / 2);
  });

  it.each(SEEDS)('ends streams with flipped bits in a value or a MachineError (seed %d)', async (seed) => {
    const random = randomIntegers(seed);

    const outcomes = await outcomesOf(() => {
      const stream = Buffer.from(STREAMS[random(STREAMS.length)]!);
      for (let flips = 1 + random(4); flips > 0; flips -= 1) {
        const at = random(stream.length);
        stream[at] = stream[at]! ^ (1 << random(8));
      }
      return stream;
    });

    expect(outcomes.strange).toEqual([]);
    expect(outcomes.refused).toBeGreaterThan(ROUNDS / 5);
  });

  it.each(SEEDS)('ends spliced streams in a value or a MachineError (seed %d)', async (seed) => {
    const random = randomIntegers(seed);

    const outcomes = await outcomesOf(() => {
      const [one, other] = [STREAMS[random(STREAMS.length)]!, STREAMS[random(STREAMS.length)]!];
      return Buffer.concat([one.subarray(0, random(one.length)), other.subarray(random(other.length))]);
    });

    expect(outcomes.strange).toEqual([]);
  });

  it('needs little memory for all of it', async () => {
    const random = randomIntegers(99);
    const before = process.memoryUsage().rss;

    await outcomesOf(() => Buffer.from(Array.from({ length: 64 }, () => (random(3) === 0 ? 0xff : random(256)))));

    expect(process.memoryUsage().rss - before).toBeLessThan(128 * 1024 * 1024);
  });
});

async function outcomesOf(stream: () => Buffer): Promise<{ refused: number; strange: unknown[] }> {
  let refused = 0;
  const strange: unknown[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const bytes = stream();
    try {
      await valuesOf(bytes, 64);
    } catch (error) {
      if (isMachineError(error, 'DriverFailed')) refused += 1;
      else strange.push([bytes.toString('hex'), error]);
    }
  }
  return { refused, strange };
}
