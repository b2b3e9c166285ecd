import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { crc32, createGunzip, gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { LOADER, type Image } from '../../src/os/contract.js';
import { SMALLEST_DISK, writeDisk, type DiskWish } from '../../src/os/disk.js';
import { formatOf, makeDisk } from '../../src/os/disk-format.js';
import { failureOf, told } from '../helpers/failure.js';
import { testFolder, type TestFolder } from '../helpers/folder.js';
import { readFat } from './support/fat-reader.js';
import { writeImage } from './support/image.js';

const SECTOR = 512;
/** Where the partitions of the contract begin and end, in sectors; the last one's end is that of a disk of 1 GiB. */
const PARTITIONS = [
  { name: 'berth-bios', first: 2048, last: 4095 },
  { name: 'berth-system', first: 4096, last: 1_052_671 },
  { name: 'berth-data', first: 1_052_672, last: 2_095_103 },
];
/** More than a cluster, and no whole number of them. */
const ROOT = 'root '.repeat(30_000);
const LOADER_FILES: Readonly<Record<string, string>> = {
  'EFI/BOOT/BOOTX64.EFI': 'shim',
  'EFI/BOOT/grubx64.efi': 'grub '.repeat(2_000),
  'EFI/debian/grub.cfg': 'boot\n',
  'boot.img': 'B'.repeat(512),
  'core.img': 'core '.repeat(500),
};

let folder: TestFolder;
let image: Image;
beforeAll(async () => {
  folder = testFolder();
  image = await anImage('image', { [LOADER]: await loader(LOADER_FILES) });
});
afterAll(() => folder[Symbol.dispose]());

async function loader(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, text] of Object.entries(files)) archive.entry({ name }, text);
  archive.finalize();
  return gzipSync(await buffer(archive));
}

function anImage(name: string, more: Readonly<Record<string, Buffer>>): Promise<Image> {
  return writeImage(join(folder.path, name), { files: { 'root.squashfs': ROOT, ...more } });
}

let count = 0;
async function written(wish: Partial<DiskWish> = {}): Promise<string> {
  const path = join(folder.path, `disk-${count++}.img`);
  await writeDisk({ image, path, size: SMALLEST_DISK, seeds: {}, signal: new AbortController().signal, ...wish });
  return path;
}

/** Sectors of a disk. */
async function sectors(path: string, first: number, number: number): Promise<Buffer> {
  const file = await open(path);
  const bytes = Buffer.alloc(number * SECTOR);
  await file.read(bytes, 0, bytes.length, first * SECTOR);
  await file.close();
  return bytes;
}

/** Its first 4 MB, which is where all of so little lies. */
const systemOf = async (path: string): Promise<ReadonlyMap<string, Buffer>> =>
  readFat(await sectors(path, 4096, 8_192));

describe('a disk', () => {
  it('has its table at both ends, each naming the other, with the sums that firmware checks', async () => {
    const path = await written();

    const last = SMALLEST_DISK / SECTOR - 1;
    const [first, second] = [await sectors(path, 1, 1), await sectors(path, last, 1)];
    for (const [header, own, other, entriesAt] of [
      [first, 1, last, 2],
      [second, last, 1, last - 32],
    ] as const) {
      const entries = await sectors(path, entriesAt, 32);
      const places = [24, 32, 40, 48, 72].map((at) => Number(header.readBigUInt64LE(at)));
      const unsummed = Buffer.from(header.subarray(0, 92)).fill(0, 16, 20);
      expect(header.toString('latin1', 0, 8)).toBe('EFI PART');
      expect(places).toEqual([own, other, 34, last - 33, entriesAt]);
      expect(header.readUInt32LE(88)).toBe(crc32(entries));
      expect(header.readUInt32LE(16)).toBe(crc32(unsummed));
      expect(partitionsIn(entries)).toEqual(PARTITIONS);
    }
  });

  it('begins with the code that BIOS starts, and has what that starts at sector 2048', async () => {
    const path = await written();

    const record = await sectors(path, 0, 1);
    const core = await sectors(path, 2048, 5);
    expect(record.toString('latin1', 0, 446)).toBe('B'.repeat(440) + '\0'.repeat(6));
    // One partition of the kind that says there is a GPT, of all the disk.
    expect([...record.subarray(446, 454)]).toEqual([0, 0, 2, 0, 0xee, 0xff, 0xff, 0xff]);
    expect([454, 458].map((at) => record.readUInt32LE(at))).toEqual([1, SMALLEST_DISK / SECTOR - 1]);
    expect([...record.subarray(510)]).toEqual([0x55, 0xaa]);
    expect(core.toString('latin1', 0, 2_500)).toBe(LOADER_FILES['core.img']);
  });

  it('has the boot loader of UEFI and the system in its second partition', async () => {
    const files = await systemOf(await written());

    expect(Object.fromEntries([...files].map(([path, bytes]) => [path, bytes.toString()]))).toEqual({
      'EFI/BOOT/BOOTX64.EFI': LOADER_FILES['EFI/BOOT/BOOTX64.EFI'],
      'EFI/BOOT/grubx64.efi': LOADER_FILES['EFI/BOOT/grubx64.efi'],
      'EFI/debian/grub.cfg': LOADER_FILES['EFI/debian/grub.cfg'],
      'berth/initramfs': 'the initramfs',
      'berth/kernel': 'the kernel',
      'berth/root.squashfs': ROOT,
    });
  });

  it('carries seeds, which nobody else on this computer can read', async () => {
    const path = await written({
      seeds: { authorizedKeys: 'ssh-ed25519 AAAA\n', hostKey: 'KEY', hostName: 'web-1\n', network: 'a\nb\n' },
    });

    const files = [...(await systemOf(path))].filter(([name]) => name.startsWith('berth/seed/'));
    expect(files.map(([name, bytes]) => [name, bytes.toString()])).toEqual([
      ['berth/seed/authorized_keys', 'ssh-ed25519 AAAA\n'],
      ['berth/seed/hostname', 'web-1\n'],
      ['berth/seed/network', 'a\nb\n'],
      ['berth/seed/ssh_host_ed25519_key', 'KEY'],
    ]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is the same for the same image, and takes no space for what is empty', async () => {
    const paths = [await written(), await written()];

    const [one, other] = await Promise.all(paths.map((path) => sectors(path, 0, 12_288)));
    expect(one?.equals(other ?? Buffer.alloc(0))).toBe(true);
    expect(statSync(paths[0] ?? '').size).toBe(SMALLEST_DISK);
    expect(statSync(paths[0] ?? '').blocks * 512).toBeLessThan(10_000_000);
  });

  it('has no code for BIOS where the image has none', async () => {
    const arm = await anImage('arm', { [LOADER]: await loader({ 'EFI/BOOT/BOOTAA64.EFI': 'shim' }) });

    const path = await written({ image: arm });

    expect((await sectors(path, 0, 1)).subarray(0, 446)).toEqual(Buffer.alloc(446));
    expect([...(await systemOf(path)).keys()]).toContain('EFI/BOOT/BOOTAA64.EFI');
  });

  it('is refused of an image without a boot loader, and of one that is not whole', async () => {
    const old = await anImage('old', {});
    const changed = await anImage('changed', { [LOADER]: await loader(LOADER_FILES) });
    const gone = await anImage('gone', { [LOADER]: await loader(LOADER_FILES) });
    writeFileSync(join(changed.folder, 'kernel'), 'other');
    await rm(join(gone.folder, LOADER));

    const failures = await Promise.all(
      [old, changed, gone].map(async (one) => told(await failureOf(written({ image: one })))),
    );

    const { name } = image.manifest;
    expect(failures).toEqual([
      {
        code: 'NotSupported',
        message: `image "${name}" has no boot loader: it was built before there were disks`,
        exitCode: 2,
      },
      { code: 'CheckFailed', message: `image "${name}" is not whole: its kernel was changed`, exitCode: 3 },
      { code: 'CheckFailed', message: `image "${name}" is not whole: its loader.tar.gz was changed`, exitCode: 3 },
    ]);
  });

  it('leaves nothing when it is interrupted', async () => {
    const path = join(folder.path, 'interrupted.img');

    const failure = await failureOf(written({ path, signal: AbortSignal.abort() }));

    expect(told(failure)).toEqual({ code: 'Cancelled', message: 'interrupted', exitCode: 130 });
    expect(readdirSync(folder.path).filter((name) => name.startsWith('interrupted'))).toEqual([]);
  });
});

describe("a disk's file", () => {
  const wish = (path: string): DiskWish => ({
    ...{ image, path, size: SMALLEST_DISK, seeds: {}, signal: new AbortController().signal },
  });

  it('is packed where its ending is .gz, and nothing else is left', async () => {
    const path = join(folder.path, 'packed.img.gz');

    await makeDisk({ ...wish(path), size: SMALLEST_DISK / 2 + 2 ** 22 }, formatOf(path, []));

    const packed = await readFile(path);
    const head = await sectors(await written({ size: SMALLEST_DISK / 2 + 2 ** 22 }), 0, 12_288);
    const unpacked = createGunzip();
    unpacked.end(packed);
    expect(packed.readUInt32LE(packed.length - 4)).toBe(SMALLEST_DISK / 2 + 2 ** 22);
    expect((await firstBytes(unpacked, head.length)).equals(head)).toBe(true);
    expect(readdirSync(folder.path).filter((name) => name.startsWith('packed'))).toEqual(['packed.img.gz']);
  });

  it('is never written over', async () => {
    const path = await written();

    const failure = await failureOf(makeDisk(wish(path), formatOf(path, [])));

    expect(told(failure)).toEqual({ code: 'BadUsage', message: 'the file to write is there already', exitCode: 2 });
    expect(existsSync(path)).toBe(true);
  });

  it('of another ending is refused, and of one that needs a program which is not there', async () => {
    const failures = await Promise.all(
      ['disk.iso', 'disk.qcow2'].map(async (path) => told(await failureOf(() => formatOf(path, ['/nowhere'])))),
    );

    expect(failures).toEqual([
      {
        code: 'BadUsage',
        message: "a disk's file ends with .img .raw .gz .qcow2 .vdi .vmdk .vhd",
        exitCode: 2,
      },
      {
        code: 'ToolMissing',
        message: 'a disk with the ending ".qcow2" needs the program "qemu-img"',
        exitCode: 2,
      },
    ]);
  });
});

async function firstBytes(stream: AsyncIterable<Buffer>, length: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) {
    parts.push(part);
    if (Buffer.concat(parts).length >= length) break;
  }
  return Buffer.concat(parts).subarray(0, length);
}

function partitionsIn(entries: Buffer): unknown {
  const found = [];
  for (let at = 0; entries.subarray(at, at + 16).some((byte) => byte !== 0); at += 128)
    found.push({
      name: entries.toString('utf16le', at + 56, at + 128).replace(/\0.*$/s, ''),
      first: Number(entries.readBigUInt64LE(at + 32)),
      last: Number(entries.readBigUInt64LE(at + 40)),
    });
  return found;
}
