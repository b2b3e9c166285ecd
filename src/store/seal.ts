import { createCipheriv, createDecipheriv, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { MachineError } from '../errors.js';

/*
 * The form of a sealed archive. A header of 73 bytes:
 *    17  "berth-archive-v1\n"
 *     1  k, the cost: scrypt with N = 2^k, r = 8, p = 1
 *    16  salt of scrypt
 *     7  nonce, the part that all chunks share
 *    32  check: bytes 33 to 64 of what scrypt makes of the passphrase (NFKC, UTF-8); bytes 1 to 32 are the key
 * Then chunks of 65536 bytes of content, the last one shorter or as long: each its AES-256-GCM ciphertext and the tag of 16.
 * The nonce of a chunk is the shared part, its number from 0 in 4 bytes, big end first, and one byte that is 1 in the last
 * chunk and 0 in all others; the header is authenticated with every chunk. What is cut off, reordered, or put together of two
 * archives hence does not open. The content is a gzipped tar.
 */
export const MAGIC = 'berth-archive-v1\n';
const HEADER_BYTES = 73;
const SALT_AT = 18;
const NONCE_AT = 34;
const CHECK_AT = 41;
const CHUNK_BYTES = 65_536;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';
/** 128 MiB and half a second or so: OWASP's figure for scrypt. */
const COST = 17;
/** 1 GiB; more is not a header of ours but an attack on memory. */
const HIGHEST_COST = 20;

/** Encrypts and authenticates a stream under a passphrase. */
export async function* seal(
  content: AsyncIterable<Buffer>,
  passphrase: string,
  cost = COST,
): AsyncGenerator<Buffer, void> {
  const saltAndNonce = randomBytes(CHECK_AT - SALT_AT);
  const front = Buffer.concat([Buffer.from(MAGIC), Buffer.from([cost]), saltAndNonce]);
  const { key, check } = await keysOf(passphrase, front);
  const header = Buffer.concat([front, check]);
  yield header;
  for await (const { bytes, number, isLast } of pieces(content, CHUNK_BYTES)) {
    const cipher = createCipheriv(CIPHER, key, nonce(header, number, isLast)).setAAD(header);
    yield Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  }
}

/** The inverse; what it yields is authentic, but complete only once it has ended. @throws MachineError BadOption, StoreCorrupt */
export async function* unseal(
  content: AsyncIterable<Buffer>,
  passphrase: string,
  path: string,
): AsyncGenerator<Buffer, void> {
  const source = content[Symbol.asyncIterator]();
  const { header, rest } = await readHeader(source, path);
  const { key, check } = await keysOf(passphrase, header.subarray(0, CHECK_AT));
  if (!timingSafeEqual(check, header.subarray(CHECK_AT)))
    throw new MachineError('BadOption', `the passphrase does not open "${path}"`);
  const sealed = joined(rest, source);
  for await (const { bytes, number, isLast } of pieces(sealed, CHUNK_BYTES + TAG_BYTES)) {
    if (bytes.length < TAG_BYTES) throw damaged(path);
    const decipher = createDecipheriv(CIPHER, key, nonce(header, number, isLast), { authTagLength: TAG_BYTES });
    decipher.setAAD(header).setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
    yield open(() => Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]), path);
  }
}

/** @throws MachineError StoreCorrupt */
function open(decipher: () => Buffer, path: string): Buffer {
  try {
    return decipher();
  } catch (cause) {
    throw damaged(path, cause);
  }
}

function damaged(path: string, cause?: unknown): MachineError {
  const details = cause === undefined ? {} : { cause };
  return new MachineError('StoreCorrupt', `cannot read "${path}": it was changed or cut off`, details);
}

async function readHeader(
  source: AsyncIterator<Buffer>,
  path: string,
): Promise<{ readonly header: Buffer; readonly rest: Buffer }> {
  let read: Buffer = Buffer.alloc(0);
  while (read.length < HEADER_BYTES) {
    const next = await source.next();
    if (next.done) throw damaged(path);
    read = Buffer.concat([read, next.value]);
  }
  const header = read.subarray(0, HEADER_BYTES);
  const cost = header[MAGIC.length] ?? 0;
  if (!header.subarray(0, MAGIC.length).equals(Buffer.from(MAGIC)) || cost < 1 || cost > HIGHEST_COST)
    throw damaged(path);
  return { header, rest: read.subarray(HEADER_BYTES) };
}

function keysOf(passphrase: string, front: Buffer): Promise<{ readonly key: Buffer; readonly check: Buffer }> {
  const N = 2 ** (front[MAGIC.length] ?? 0);
  const salt = front.subarray(SALT_AT, NONCE_AT);
  return new Promise((resolve, reject) => {
    // The memory of scrypt is 128·N·r bytes and a little more; node's own limit is 32 MiB.
    scrypt(
      passphrase.normalize('NFKC'),
      salt,
      64,
      { N, r: 8, p: 1, maxmem: 128 * N * 8 + (1 << 20) },
      (error, bytes) => {
        if (error) reject(error);
        else resolve({ key: bytes.subarray(0, 32), check: bytes.subarray(32) });
      },
    );
  });
}

function nonce(header: Buffer, number: number, isLast: boolean): Buffer {
  const bytes = Buffer.alloc(12);
  header.copy(bytes, 0, NONCE_AT, CHECK_AT);
  bytes.writeUInt32BE(number, 7);
  bytes[11] = isLast ? 1 : 0;
  return bytes;
}

interface Piece {
  readonly bytes: Buffer;
  readonly number: number;
  readonly isLast: boolean;
}

/** The stream in pieces of one size; the last one, which there always is, may be shorter. */
async function* pieces(content: AsyncIterable<Buffer>, size: number): AsyncGenerator<Piece, void> {
  let held: Buffer = Buffer.alloc(0);
  let number = 0;
  for await (const more of content) {
    held = Buffer.concat([held, more]);
    // A full piece is held back until it is known that another follows.
    for (; held.length > size; number += 1) {
      yield { bytes: held.subarray(0, size), number, isLast: false };
      held = held.subarray(size);
    }
  }
  yield { bytes: held, number, isLast: true };
}

async function* joined(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void> {
  yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
