import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { LOADER, type Image, type Manifest } from '../os/contract.js';

/** What an installed system is made of; root.squashfs is the last, and where it begins the archive is aligned for loop devices. */
const FILES = ['kernel', 'initramfs', LOADER, 'root.squashfs'] as const;
const FOLDERS = ['install', 'install/system'] as const;
const ALIGNMENT = 4_096;
/** The end of an archive is filled up to this; the next archive begins there. */
const BLOCK = 512;
/** Of the new ASCII format, which Linux reads: its magic number and 13 fields of 8 hexadecimal digits. */
const HEADER_BYTES = 110;

type Part = Buffer | { readonly path: string; readonly bytes: number };

/** A cpio archive of an image as the new kernel unpacks it into its memory: the same bytes for the same image. */
export interface SystemArchive {
  readonly bytes: number;
  /** Where root.squashfs begins in it. */
  readonly offset: number;
  readonly parts: readonly Part[];
}

export function systemArchive({ folder, manifest }: Image): SystemArchive {
  const parts: Part[] = [];
  let bytes = 0;
  let offset = 0;
  const add = (part: Part): void => {
    parts.push(part);
    bytes += lengthOf(part);
  };
  for (const name of FOLDERS) add(header({ name, mode: 0o40700, bytes: 0 }));
  for (const file of FILES) {
    const name = `install/system/${file}`;
    const size = sizeOf(manifest, file);
    if (file === FILES.at(-1)) for (const part of filler(bytes, name)) add(part);
    add(header({ name, mode: 0o100600, bytes: size }));
    offset = bytes;
    add({ path: join(folder, file), bytes: size });
    add(Buffer.alloc(-size & 3));
  }
  add(header({ name: 'TRAILER!!!', mode: 0, bytes: 0 }));
  add(Buffer.alloc(-bytes & (BLOCK - 1)));
  return { bytes, offset, parts };
}

/** An entry as long as it takes for the content of the next one to be aligned. */
function filler(position: number, next: string): readonly Buffer[] {
  const name = 'install/system/filler';
  const before = position + headerBytes(name) + headerBytes(next);
  const bytes = -before & (ALIGNMENT - 1);
  return [header({ name, mode: 0o100600, bytes }), Buffer.alloc(bytes)];
}

function header({ name, mode, bytes }: { name: string; mode: number; bytes: number }): Buffer {
  const hex = (value: number): string => value.toString(16).padStart(8, '0');
  // inode, mode, owner, group, links, time, size, device twice two numbers, length of the name, checksum.
  const fields = [0, mode, 0, 0, 1, 0, bytes, 0, 0, 0, 0, name.length + 1, 0].map(hex);
  const block = Buffer.alloc(headerBytes(name));
  block.write(`070701${fields.join('')}${name}`);
  return block;
}

function headerBytes(name: string): number {
  return (HEADER_BYTES + name.length + 1 + 3) & ~3;
}

function lengthOf(part: Part): number {
  return Buffer.isBuffer(part) ? part.length : part.bytes;
}

function sizeOf({ files }: Manifest, name: (typeof FILES)[number]): number {
  return files[name]?.bytes ?? 0;
}

/** The archive, and the kernel and initramfs that start it, which travel besides. */
export function bytesToSend(image: Image): number {
  return systemArchive(image).bytes + sizeOf(image.manifest, 'kernel') + sizeOf(image.manifest, 'initramfs');
}

/** The archive from some byte on. */
export function archiveStream({ parts }: SystemArchive, from: number): Readable {
  return Readable.from(chunks(parts, from), { objectMode: false });
}

async function* chunks(parts: readonly Part[], from: number): AsyncGenerator<Buffer> {
  let skip = from;
  for (const part of parts) {
    const length = lengthOf(part);
    if (skip < length) {
      if (Buffer.isBuffer(part)) yield part.subarray(skip);
      else yield* createReadStream(part.path, { start: skip, end: length - 1 }) as AsyncIterable<Buffer>;
    }
    skip = Math.max(0, skip - length);
  }
}

export async function archiveSum(archive: SystemArchive): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of archiveStream(archive, 0)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
