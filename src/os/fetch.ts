import { createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sha256Of } from '../checksum.js';
import { isMachineError, MachineError } from '../errors.js';

/** No manifest of ours is longer. In characters. */
const LONGEST_TEXT = 1_000_000;
/** How often a line may break without anything coming over it. */
const TRIES = 3;

/** A small text file. @throws MachineError DriverFailed, Cancelled */
export async function fetchText(url: string, signal: AbortSignal): Promise<string> {
  try {
    const response = await fetch(url, { signal });
    if (!response.ok || !response.body) throw new Error(`HTTP status ${response.status}`);
    let text = '';
    for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
      text += part;
      if (text.length > LONGEST_TEXT) throw new Error(`it is longer than ${LONGEST_TEXT} characters`);
    }
    return text;
  } catch (cause) {
    throw failure(url, { cause, signal });
  }
}

export interface FileWish {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly signal: AbortSignal;
}

/**
 * A file as its manifest has it, from where an earlier download ended.
 * @throws MachineError DriverFailed when it is another one, or the line breaks over and over; Cancelled
 */
export async function fetchFile(url: string, wish: FileWish): Promise<void> {
  const resumed = (await sizeOf(wish.path)) > 0;
  await fetchRest(url, wish);
  if ((await sha256Of(wish.path)) === wish.sha256) return;
  await rm(wish.path, { force: true });
  // What was there before may have been another file's beginning.
  if (resumed) return fetchFile(url, wish);
  throw new MachineError('DriverFailed', `what the server has is not what the manifest says`, {
    cause: new Error(`the sha256 of ${url} is not ${wish.sha256}`),
  });
}

async function fetchRest(url: string, wish: FileWish): Promise<void> {
  let tries = 0;
  for (;;) {
    const before = await sizeOf(wish.path);
    if (before >= wish.bytes) return;
    try {
      await fetchFrom(url, before, wish);
      return;
    } catch (cause) {
      tries = (await sizeOf(wish.path)) > before ? 0 : tries + 1;
      if (tries >= TRIES || wish.signal.aborted || isMachineError(cause)) throw failure(url, { cause, ...wish });
    }
  }
}

async function fetchFrom(url: string, start: number, { path, bytes, signal }: FileWish): Promise<void> {
  const headers = start > 0 ? { range: `bytes=${start}-` } : {};
  const response = await fetch(url, { signal, headers });
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    const cause = new Error(`HTTP status ${response.status}`);
    throw new MachineError('DriverFailed', `cannot download an image of the OS`, { cause });
  }
  // A server that knows no ranges begins at the beginning.
  const from = response.status === 206 ? start : 0;
  const file = createWriteStream(path, from > 0 ? { flags: 'r+', start: from } : { flags: 'w' });
  await pipeline(Readable.fromWeb(response.body), noMoreThan(bytes - from), file, { signal });
}

/** A server that sends without an end shall not fill the disk. */
function noMoreThan(bytes: number): Transform {
  let left = bytes;
  return new Transform({
    transform(part: Buffer, _encoding, done) {
      left -= part.length;
      if (left >= 0) return done(null, part);
      const cause = new Error('the file is longer than its manifest says');
      done(new MachineError('DriverFailed', 'what the server has is not what the manifest says', { cause }));
    },
  });
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

function failure(url: string, { cause, signal }: { readonly cause: unknown; readonly signal: AbortSignal }): Error {
  if (signal.aborted) return new MachineError('Cancelled', 'interrupted');
  if (isMachineError(cause)) return cause;
  return new MachineError('DriverFailed', 'cannot download an image of the OS', {
    cause: new Error(`${url}: ${wordsOf(cause)}`),
  });
}

/** fetch says only that it failed, and keeps the reason as the cause. */
function wordsOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error ? `${cause.message}: ${cause.cause.message}` : cause.message;
}
