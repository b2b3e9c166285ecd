import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { platform } from 'node:process';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { MachineError } from '../errors.js';
import { run } from '../local-program.js';
import { findProgram } from '../search-path.js';
import { writeDisk, type DiskWish } from './disk.js';

const QEMU_IMG = platform === 'win32' ? 'qemu-img.exe' : 'qemu-img';
const GZIP = '.gz';

/** A file's ending, and what it means; `qemu` are words of `qemu-img convert`. */
const FORMATS: readonly { readonly ending: string; readonly qemu?: readonly string[] }[] = [
  { ending: '.img' },
  { ending: '.raw' },
  { ending: GZIP },
  { ending: '.qcow2', qemu: ['qcow2'] },
  { ending: '.vdi', qemu: ['vdi'] },
  // As VMware's imports want it.
  { ending: '.vmdk', qemu: ['vmdk', '-o', 'subformat=streamOptimized'] },
  // As Azure wants it.
  { ending: '.vhd', qemu: ['vpc', '-o', 'subformat=fixed,force_size=on'] },
];
export type DiskFormat = (typeof FORMATS)[number];

/** @throws MachineError BadUsage for another ending, ToolMissing where it takes a program that is in none of the folders */
export function formatOf(path: string, folders: readonly string[]): DiskFormat {
  const format = FORMATS.find(({ ending }) => path.toLowerCase().endsWith(ending));
  if (format === undefined)
    throw new MachineError('BadUsage', `a disk's file ends with ${FORMATS.map(({ ending }) => ending).join(' ')}`, {
      cause: new Error(`got ${JSON.stringify(basename(path))}`),
    });
  if (!format.qemu || findProgram(QEMU_IMG, folders)) return format;
  throw new MachineError('ToolMissing', `a disk with the ending "${format.ending}" needs the program "qemu-img"`, {
    suggestions: ['apt-get install qemu-utils', 'berth os disk IMAGE disk.img'],
  });
}

/**
 * Writes a disk as `writeDisk` does, in the form that its name's ending says.
 * @throws MachineError BadUsage where there is such a file, and all that writeDisk throws; DriverFailed
 */
export async function makeDisk(wish: DiskWish, format: DiskFormat): Promise<void> {
  const { path, signal } = wish;
  if (existsSync(path))
    throw new MachineError('BadUsage', 'the file to write is there already', { suggestions: [`rm ${path}`] });
  if (!format.qemu && format.ending !== GZIP) return writeDisk(wish);
  const [raw, part] = [`${path}.raw`, `${path}.part`];
  try {
    await writeDisk({ ...wish, path: raw });
    await convert({ format, from: raw, to: part, signal });
    await rename(part, path);
  } finally {
    await rm(raw, { force: true });
    await rm(part, { force: true });
  }
}

interface Conversion {
  readonly format: DiskFormat;
  readonly from: string;
  readonly to: string;
  readonly signal: AbortSignal;
}

async function convert({ format, from, to, signal }: Conversion): Promise<void> {
  // Made before anything is in it, for its owner alone: seeds hold the host's private key.
  await writeFile(to, '', { mode: 0o600 });
  if (format.qemu)
    await run([QEMU_IMG, 'convert', '-f', 'raw', '-O', ...format.qemu, from, to], 'convert the disk', signal);
  // The system is packed already, and all the rest is zeros.
  else
    await pipeline(
      createReadStream(from, { highWaterMark: 1024 ** 2 }),
      createGzip({ level: 1 }),
      createWriteStream(to),
      { signal },
    ).catch((error: unknown) => {
      throw signal.aborted ? new MachineError('Cancelled', 'interrupted') : error;
    });
}
