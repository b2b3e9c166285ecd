import '../helpers/realm.js';
import { randomBytes } from 'node:crypto';
import { seal, unseal } from '../../src/store/seal.js';
import { failureOf, told } from '../helpers/failure.js';

/** N = 2^4: what is tested here is not how long a guess takes. */
const CHEAP = 4;

async function* of(...chunks: readonly Buffer[]): AsyncGenerator<Buffer, void> {
  yield* chunks;
}

async function whole(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const sealed = (content: Buffer): Promise<Buffer> => whole(seal(of(content), 'a passphrase', CHEAP));
const opened = (bytes: Buffer, passphrase = 'a passphrase'): Promise<Buffer> =>
  whole(unseal(of(bytes), passphrase, 'x.berth'));

describe('a sealed archive', () => {
  it.each([0, 1, 65_535, 65_536, 65_537, 200_000])('of %i bytes opens with its passphrase', async (size) => {
    const content = randomBytes(size);

    const bytes = await sealed(content);

    expect((await opened(bytes)).equals(content)).toBe(true);
    expect(bytes.length).toBe(73 + size + 16 * Math.max(1, Math.ceil(size / 65_536)));
  });

  it('opens whatever pieces it comes in', async () => {
    const content = randomBytes(100_000);
    const bytes = await sealed(content);
    const drops = Array.from({ length: Math.ceil(bytes.length / 1000) }, (_, i) =>
      bytes.subarray(i * 1000, i * 1000 + 1000),
    );

    const found = await whole(unseal(of(...drops), 'a passphrase', 'x.berth'));

    expect(found.equals(content)).toBe(true);
  });

  it('shows nothing of what it holds, and never looks the same', async () => {
    const content = Buffer.from('BEGIN PRIVATE KEY '.repeat(100));

    const [one, other] = [await sealed(content), await sealed(content)];

    expect(one.includes('PRIVATE')).toBe(false);
    expect(one.subarray(18).equals(other.subarray(18))).toBe(false);
  });

  it('opens with the same passphrase typed on another computer', async () => {
    const bytes = await whole(seal(of(Buffer.from('x')), 'caf\u00e9', CHEAP));

    expect((await opened(bytes, 'cafe\u0301')).toString()).toBe('x');
  });

  it('does not open with another passphrase', async () => {
    const failure = await failureOf(opened(await sealed(Buffer.from('x')), 'another'));

    expect(told(failure)).toEqual({
      code: 'BadOption',
      message: 'the passphrase does not open "x.berth"',
      exitCode: 2,
    });
  });
});

const CHUNK = 65_536 + 16;
const content = randomBytes(3 * 65_536);
const DAMAGES: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
  ['is empty', () => Buffer.alloc(0)],
  ['ends in its header', (bytes) => bytes.subarray(0, 50)],
  ['ends after its header', (bytes) => bytes.subarray(0, 73)],
  ['ends within a chunk', (bytes) => bytes.subarray(0, 73 + CHUNK + 100)],
  ['ends after a whole chunk', (bytes) => bytes.subarray(0, 73 + 2 * CHUNK)],
  ['goes on after its end', (bytes) => Buffer.concat([bytes, Buffer.from('x')])],
  ['has a changed byte', (bytes) => flipped(bytes, 73 + CHUNK + 7)],
  ['has a changed tag', (bytes) => flipped(bytes, bytes.length - 1)],
  ['has a changed nonce', (bytes) => flipped(bytes, 36)],
  [
    'has two chunks swapped',
    (bytes) => Buffer.concat([bytes.subarray(0, 73), chunk(bytes, 1), chunk(bytes, 0), chunk(bytes, 2)]),
  ],
  ['lacks a chunk', (bytes) => Buffer.concat([bytes.subarray(0, 73 + CHUNK), chunk(bytes, 2)])],
  ['asks for all memory', (bytes) => Buffer.concat([bytes.subarray(0, 17), Buffer.from([40]), bytes.subarray(18)])],
];

describe('an archive that', () => {
  it.each(DAMAGES)('%s is refused', async (_what, damage) => {
    const failure = await failureOf(opened(damage(await sealed(content))));

    expect(told(failure)).toEqual({
      code: 'StoreCorrupt',
      message: 'cannot read "x.berth": it was changed or cut off',
      exitCode: 2,
    });
  });
});

function chunk(bytes: Buffer, number: number): Buffer {
  return bytes.subarray(73 + number * CHUNK, 73 + (number + 1) * CHUNK);
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
