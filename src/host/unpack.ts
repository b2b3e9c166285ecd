import { createWriteStream } from 'node:fs';
import { chmod, copyFile, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type ExtractEvents, type Header } from 'tar-stream';
import { systemCode } from '../errors.js';
import type { CopyOptions } from './host.js';

type Entry = ExtractEvents['entry'][1];

export interface Destination {
  readonly to: string;
  /** The name inside `to` where that is a folder. */
  readonly name: string;
  readonly onProgress?: CopyOptions['onProgress'] | undefined;
}

/**
 * Unpacks an archive of one file or one folder (its first entry says which) under the rule of scp: into `to` where that
 * is a folder, as `to` otherwise. The archive comes from another computer: it cannot name anything outside.
 */
export async function unpackTo({ to, name, onProgress }: Destination, archive: Readable): Promise<void> {
  const isFolder = await stat(to).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
  // latin1 keeps each byte of a name that is not UTF-8.
  const entries = extract({ filenameEncoding: 'latin1' } as Parameters<typeof extract>[0]);
  // The reader first: tar-stream waits for nobody, and an entry that nobody hears of is never finished.
  const unpacking = unpack(isFolder ? join(to, name) : to, entries, onProgress);
  const [unpacked] = await Promise.allSettled([unpacking, pipeline(archive, entries)]);
  if (unpacked.status === 'rejected') throw unpacked.reason;
}

async function unpack(
  root: string,
  entries: AsyncIterable<Entry>,
  onProgress: CopyOptions['onProgress'],
): Promise<void> {
  const folders: { path: Buffer; mode: number }[] = [];
  let isFolderCopy: boolean | undefined;
  for await (const entry of entries) {
    const { header } = entry;
    isFolderCopy ??= header.type === 'directory';
    const path = isFolderCopy ? placeOf(root, header, nameOf(header)) : Buffer.from(root);
    const mode = header.mode & 0o777;
    if (header.type === 'directory') {
      await makeFolder(path);
      folders.push({ path, mode });
    } else if (header.type === 'file') await writeEntry(entry, { path, mode, onProgress });
    else if (header.type === 'link')
      await copyFile(placeOf(root, header, Buffer.from(header.linkname, 'latin1')), path);
    entry.resume();
  }
  // Last and innermost first: a folder that is not writable still takes its files.
  for (const { path, mode } of folders.reverse()) await chmod(path, mode);
}

async function writeEntry(
  entry: Entry,
  { path, mode, onProgress }: { path: Buffer; mode: number; onProgress: CopyOptions['onProgress'] },
): Promise<void> {
  const shown = path.toString();
  const total = entry.header.size;
  let done = 0;
  if (onProgress) {
    entry.on('data', (chunk) => onProgress(shown, (done += (chunk as Buffer).length), total));
    if (total === 0) onProgress(shown, 0, 0);
  }
  await pipeline(entry, createWriteStream(path, { mode: 0o600 }));
  await chmod(path, mode);
}

async function makeFolder(path: Buffer): Promise<void> {
  await mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
    if (systemCode(error) !== 'EEXIST') throw error;
  });
}

/** In pax headers names are UTF-8 whatever the encoding that was asked for. */
function nameOf({ name, pax }: Header): Buffer {
  const isUtf8 = typeof pax === 'object' && pax !== null && 'path' in pax;
  return Buffer.from(name, isUtf8 ? 'utf8' : 'latin1');
}

function placeOf(root: string, { name: shown }: Header, name: Buffer): Buffer {
  const parts = name
    .toString('latin1')
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw new Error(`the host sent a file name that leads outside: "${shown}"`);
  return Buffer.concat([Buffer.from(root), ...parts.map((part) => Buffer.from(`/${part}`, 'latin1'))]);
}
