import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { MachineError } from '../errors.js';
import { IMAGE_FILES, LOADER, PARTITIONS, SEEDS, type Image } from './contract.js';
import { layOutFat, type FatFile } from './fat.js';
import { partitionTable, SECTOR, type Partition, type Piece } from './gpt.js';
import { requireLoader, unpackLoader } from './loader.js';

export type Seeds = Readonly<Partial<Record<keyof typeof SEEDS, string>>>;

export interface DiskWish {
  readonly image: Image;
  /** The file to write. */
  readonly path: string;
  /** Of the whole disk, in bytes. */
  readonly size: number;
  readonly seeds: Seeds;
  readonly signal: AbortSignal;
}

/** The smallest disk, in bytes: what an image's system takes, and half of it for data. */
export const SMALLEST_DISK = 1024 ** 3;

/** GUIDs of what partitions are for: BIOS boot, EFI system, Linux data. */
const TYPES = [
  '21686148-6449-6E6F-744E-656564454649',
  'C12A7328-F81F-11D2-BA4B-00A0C93EC93B',
  '0FC63DAF-8483-4772-8E79-3D69D8477DE4',
] as const;
/** First sectors. */
const STARTS = [2048, 4096, 1_052_672] as const;
const ALIGNMENT = 2048;
/** Of the first sector, what is code: the rest is the partition table's. */
const BOOT_CODE_BYTES = 440;
const LABEL = 'BERTH';

/**
 * Writes a raw disk of this image that boots by itself; the file appears whole, or not at all. The same image and seeds give
 * the same bytes.
 * @throws MachineError CheckFailed for an image that is not whole, NotSupported for one without a boot loader, Cancelled
 */
export async function writeDisk({ image, path, size, seeds, signal }: DiskWish): Promise<void> {
  await requireLoader(image);
  const loader = unpackLoader(await readFile(join(image.folder, LOADER)));
  const layout = layOut(image, { loader, size, seeds });
  // Whoever can read a seed has the host's private key.
  const part = `${path}.part`;
  await rm(part, { force: true });
  const file = await open(part, 'wx', Object.keys(seeds).length > 0 ? 0o600 : 0o644);
  try {
    await file.truncate(size);
    for (const { at, bytes } of layout.pieces) await file.write(bytes, 0, bytes.length, at);
    for (const [name, at] of layout.files) await copyInto(file, { from: join(image.folder, name), at, signal });
    await file.sync();
    await file.close();
    await rename(part, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(part, { force: true });
    throw signal.aborted ? new MachineError('Cancelled', 'interrupted') : error;
  }
}

interface Content {
  readonly loader: ReadonlyMap<string, Buffer>;
  readonly size: number;
  readonly seeds: Seeds;
}

interface Layout {
  /** On the disk. */
  readonly pieces: readonly Piece[];
  /** Files of the image, and where on the disk they belong. */
  readonly files: readonly (readonly [name: string, at: number])[];
}

function layOut({ manifest }: Image, { loader, size, seeds }: Content): Layout {
  const sectors = Math.floor(size / SECTOR);
  const partitions = partitionsOf(sectors);
  const small = [...loaderFiles(loader), ...seedFiles(seeds)];
  const large = IMAGE_FILES.map((name): FatFile => ({ path: `berth/${name}`, bytes: manifest.files[name].bytes }));
  const sizes = small.map(([path, bytes]): FatFile => ({ path, bytes: bytes.length }));
  const fat = layOutFat([...sizes, ...large], {
    sectors: STARTS[2] - STARTS[1],
    hidden: STARTS[1],
    label: LABEL,
    id: createHash('sha256').update(manifest.name).digest().readUInt32LE(),
    time: manifest.epoch,
  });
  const place = (path: string): number => STARTS[1] * SECTOR + (fat.places.get(path) ?? 0);
  return {
    pieces: [
      ...partitionTable({ partitions, sectors, seed: manifest.name }),
      ...biosLoader(loader),
      ...fat.pieces.map(({ at, bytes }) => ({ at: STARTS[1] * SECTOR + at, bytes })),
      ...small.map(([path, bytes]) => ({ at: place(path), bytes })),
    ],
    files: IMAGE_FILES.map((name) => [name, place(`berth/${name}`)] as const),
  };
}

function partitionsOf(sectors: number): readonly Partition[] {
  // The table's second copy takes 33 sectors; the partition ends where one after it could begin.
  const end = Math.floor((sectors - 33) / ALIGNMENT) * ALIGNMENT;
  const ends = [...STARTS.slice(1), end];
  return PARTITIONS.map((name, index) => ({
    name,
    type: TYPES[index] ?? '',
    first: STARTS[index] ?? 0,
    last: (ends[index] ?? 0) - 1,
  }));
}

function loaderFiles(loader: ReadonlyMap<string, Buffer>): readonly (readonly [path: string, bytes: Buffer])[] {
  return [...loader].filter(([path]) => path.startsWith('EFI/'));
}

function seedFiles(seeds: Seeds): readonly (readonly [path: string, bytes: Buffer])[] {
  return Object.entries(SEEDS).flatMap(([key, entry]) => {
    const value = seeds[key as keyof Seeds];
    return value === undefined ? [] : [[`berth/seed/${basename(entry)}`, Buffer.from(value)] as const];
  });
}

/** None on arm64, which has no BIOS. */
function biosLoader(loader: ReadonlyMap<string, Buffer>): readonly Piece[] {
  const [boot, core] = [loader.get('boot.img'), loader.get('core.img')];
  if (!boot || !core) return [];
  return [
    { at: 0, bytes: boot.subarray(0, BOOT_CODE_BYTES) },
    { at: STARTS[0] * SECTOR, bytes: core },
  ];
}

interface Copy {
  readonly from: string;
  readonly at: number;
  readonly signal: AbortSignal;
}

async function copyInto(file: FileHandle, { from, at, signal }: Copy): Promise<void> {
  let place = at;
  for await (const part of createReadStream(from, { highWaterMark: 1024 ** 2, signal })) {
    const bytes = part as Buffer;
    await file.write(bytes, 0, bytes.length, place);
    place += bytes.length;
  }
}
