import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';

export interface TarEntry {
  /** Relative, without `..`; bytes where the name need not be UTF-8. */
  readonly name: string | Buffer;
  /** Permission bits. */
  readonly mode: number;
  readonly content: Buffer | { readonly localPath: string | Buffer } | 'folder';
  /** Told how much of the content has gone out, in bytes. */
  readonly onBytes?: (done: number, total: number) => void;
}

const BLOCK = 512;
/** A name field is this long; longer names go before in an entry of their own. */
const NAME_BYTES = 100;
/** Eleven octal digits; larger sizes are written in base 256. */
const LARGEST_OCTAL = 0o77777777777;

/**
 * A tar archive as a stream, files read while they are sent. In GNU form, which busybox reads too: it passes over the pax
 * headers that tar-stream would write for long and for non-ASCII names.
 */
export function tarStream(entries: Iterable<TarEntry> | AsyncIterable<TarEntry>): Readable {
  return Readable.from(chunks(entries), { objectMode: false, highWaterMark: 256 * 1024 });
}

async function* chunks(entries: Iterable<TarEntry> | AsyncIterable<TarEntry>): AsyncGenerator<Buffer> {
  for await (const entry of entries) {
    const name = Buffer.from(entry.name);
    const { content } = entry;
    const size = await sizeOf(content);
    if (name.length > NAME_BYTES) yield longName(name);
    yield header({
      name: name.subarray(0, NAME_BYTES),
      mode: entry.mode,
      size,
      type: content === 'folder' ? '5' : '0',
    });
    let done = 0;
    for await (const chunk of bytesOf(content, size)) {
      done += chunk.length;
      yield chunk;
      entry.onBytes?.(done, size);
    }
    if (size === 0) entry.onBytes?.(0, 0);
    if (done !== size) throw new Error(`"${name.toString()}" changed while it was read`);
    yield Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
  }
  yield Buffer.alloc(2 * BLOCK);
}

async function sizeOf(content: TarEntry['content']): Promise<number> {
  if (content === 'folder') return 0;
  return Buffer.isBuffer(content) ? content.length : (await stat(content.localPath)).size;
}

async function* bytesOf(content: TarEntry['content'], size: number): AsyncGenerator<Buffer> {
  if (content === 'folder' || size === 0) return;
  if (Buffer.isBuffer(content)) yield content;
  // A file that grows meanwhile is cut at the size that the header has named.
  else yield* createReadStream(content.localPath, { end: size - 1, highWaterMark: 128 * 1024 });
}

function longName(name: Buffer): Buffer {
  const size = name.length + 1;
  const padding = Buffer.alloc(1 + ((BLOCK - (size % BLOCK)) % BLOCK));
  return Buffer.concat([header({ name: Buffer.from('././@LongLink'), mode: 0, size, type: 'L' }), name, padding]);
}

interface Header {
  readonly name: Buffer;
  readonly mode: number;
  readonly size: number;
  /** '0' file, '5' folder, 'L' long name of the next entry. */
  readonly type: string;
}

/** The layout is that of tar(5). */
function header({ name, mode, size, type }: Header): Buffer {
  const block = Buffer.alloc(BLOCK);
  name.copy(block);
  block.write(octal(mode & 0o7777, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  if (size <= LARGEST_OCTAL) block.write(octal(size, 11), 124);
  else {
    block[124] = 0x80;
    block.writeBigUInt64BE(BigInt(size), 128);
  }
  block.write(octal(0, 11), 136);
  block.write(' '.repeat(8), 148);
  block.write(type, 156);
  block.write('ustar  \0', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148);
  return block;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
