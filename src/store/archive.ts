import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { extract, pack, type ExtractEvents } from 'tar-stream';
import { isMachineError, MachineError, systemCode } from '../errors.js';
import { MAGIC, seal, unseal } from './seal.js';
import { copyStore, moveStore } from './source.js';

type Entry = ExtractEvents['entry'][1];

/** A file of an archive: its path below the store's folder. */
export interface ArchiveFile {
  readonly path: string;
  readonly content: string;
  readonly mode: number;
}

/**
 * Makes an encrypted archive of what is collected. Its file is made first, readable by its owner alone, and never over another;
 * where anything fails it is removed. @throws MachineError StoreUnusable
 */
export async function createArchive(
  path: string,
  passphrase: string,
  collect: () => Promise<readonly ArchiveFile[]>,
): Promise<void> {
  const file = await open(path, 'wx', 0o600).catch((cause: unknown) => {
    throw systemCode(cause) === 'EEXIST'
      ? new MachineError('StoreUnusable', `"${path}" exists already, and nothing is written over`)
      : new MachineError('StoreUnusable', `cannot write "${path}"`, { cause });
  });
  try {
    const tar = pack();
    for (const { path: name, content, mode } of await collect()) tar.entry({ name, mode }, content);
    tar.finalize();
    await pipeline(
      tar,
      createGzip(),
      (content: AsyncIterable<Buffer>) => seal(content, passphrase),
      file.createWriteStream(),
    );
  } catch (error) {
    await file.close();
    await rm(path, { force: true });
    throw error;
  }
}

/**
 * A private copy of somebody's store below the folder: of a store's or a machine's own folder, of an archive that berth made,
 * or of a tar. Returns where it is. @throws MachineError BadUsage, BadOption, StoreCorrupt
 */
export async function openSource(path: string, folder: string, passphrase: () => Promise<string>): Promise<string> {
  const facts = await stat(path).catch((cause: unknown) => {
    throw new MachineError('BadUsage', `cannot read "${path}"`, { cause });
  });
  const source = join(folder, 'source');
  if (facts.isDirectory()) await copyStore(path, source);
  else {
    const unpacked = join(folder, 'unpacked');
    await mkdir(unpacked, { mode: 0o700 });
    await unpack(path, unpacked, passphrase);
    await moveStore(unpacked, source, path);
  }
  return source;
}

async function unpack(path: string, folder: string, passphrase: () => Promise<string>): Promise<void> {
  const content = await tarIn(path, passphrase);
  const entries = extract();
  // The reader first: tar-stream waits for nobody, and an entry that nobody hears of is never finished.
  const ended = new AbortController();
  const unpacking = unpackEntries(entries, folder, ended.signal);
  const reading = pipeline(content, entries).catch((error: unknown) => {
    // An entry that breaks before anybody listens to it tells nobody.
    ended.abort();
    throw error;
  });
  const outcomes = await Promise.allSettled([reading, unpacking]);
  const reasons = outcomes.flatMap((outcome): unknown[] => (outcome.status === 'rejected' ? [outcome.reason] : []));
  if (reasons.length === 0) return;
  throw reasons.find((reason) => isMachineError(reason)) ?? unreadable(path, reasons[0]);
}

/** What an archive holds, as a tar; its first bytes tell what it is. */
async function tarIn(path: string, passphrase: () => Promise<string>): Promise<Readable> {
  const start = await firstBytes(path, 512);
  if (start.subarray(0, MAGIC.length).toString('latin1') === MAGIC) {
    const words = await passphrase();
    return gunzip(Readable.from(unseal(createReadStream(path), words, path), { objectMode: false }));
  }
  if (start[0] === 0x1f && start[1] === 0x8b) return gunzip(createReadStream(path));
  if (start.toString('latin1', 257, 262) === 'ustar') return createReadStream(path);
  throw new MachineError('BadUsage', `"${path}" is neither a store nor an archive of one`, {
    suggestions: ['Name a folder that holds machines/, an archive of berth export, or a .tar.gz of a store'],
  });
}

/** A failure before the gunzip reaches whoever reads after it. */
function gunzip(compressed: Readable): Readable {
  const content = createGunzip();
  compressed.once('error', (error) => content.destroy(error));
  content.once('close', () => compressed.destroy());
  return compressed.pipe(content);
}

async function firstBytes(path: string, count: number): Promise<Buffer> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new MachineError('BadUsage', `cannot read "${path}"`, { cause });
  });
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Only files and folders: a link could lead out of the folder, and no store needs one. */
async function unpackEntries(entries: AsyncIterable<Entry>, folder: string, signal: AbortSignal): Promise<void> {
  for await (const entry of entries) {
    const { type, name, mode } = entry.header;
    const path = join(folder, ...partsOf(name));
    if (type === 'directory') await mkdir(path, { recursive: true, mode: 0o700 });
    else if (type === 'file' || type === 'contiguous-file') {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await pipeline(entry, createWriteStream(path, { mode: ((mode ?? 0) & 0o700) | 0o600 }), { signal });
    }
    entry.resume();
  }
}

function partsOf(name: string): string[] {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..') || name.includes('\0'))
    throw new MachineError('StoreCorrupt', 'the archive names a file that leads out of it', { cause: new Error(name) });
  return parts;
}

function unreadable(path: string, cause: unknown): MachineError {
  return new MachineError('StoreCorrupt', `cannot read "${path}": it is broken`, { cause });
}
