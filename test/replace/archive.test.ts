import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { archiveStream, archiveSum, bytesToSend, systemArchive } from '../../src/replace/archive.js';
import { testFolder } from '../helpers/folder.js';
import { imageOf, smallImage } from './support/server.js';

describe('the archive of a system', () => {
  it('holds the files of an image, as the kernel reads cpio', async () => {
    using folder = testFolder();
    const image = smallImage(folder.path);

    const entries = entriesOf(await buffer(archiveStream(systemArchive(image), 0)));

    const names = ['kernel', 'initramfs', 'loader.tar.gz', 'root.squashfs'];
    expect(entries.map(({ name }) => name).filter((name) => !name.endsWith('filler'))).toEqual([
      ...['install', 'install/system'],
      ...names.map((name) => `install/system/${name}`),
      'TRAILER!!!',
    ]);
    for (const name of names)
      expect(entries.find((entry) => entry.name.endsWith(name))?.content).toEqual(
        readFileSync(join(folder.path, name)),
      );
    expect(entries.find(({ name }) => name === 'install')?.mode).toBe(0o40700);
    expect(entries.find(({ name }) => name.endsWith('kernel'))?.mode).toBe(0o100600);
  });

  it('begins the root where a loop device can open it, and ends where another archive can begin', async () => {
    using folder = testFolder();
    const image = smallImage(folder.path);
    const archive = systemArchive(image);

    const bytes = await buffer(archiveStream(archive, 0));

    expect(archive.offset % 4_096).toBe(0);
    expect(bytes.subarray(archive.offset, archive.offset + 5_001)).toEqual(Buffer.alloc(5_001, 'root.squashfs'));
    expect([bytes.length, bytes.length % 512]).toEqual([archive.bytes, 0]);
    expect(bytesToSend(image)).toBe(archive.bytes + 700 + 301);
  });

  it.each([1, 110, 699, 4_095, 4_096, 9_000])('goes on from byte %i, where a transfer broke off', async (from) => {
    using folder = testFolder();
    const archive = systemArchive(smallImage(folder.path));
    const whole = await buffer(archiveStream(archive, 0));

    expect(await buffer(archiveStream(archive, from))).toEqual(whole.subarray(from));
  });

  it('has the same sum as its bytes', async () => {
    using folder = testFolder();
    const archive = systemArchive(smallImage(folder.path));
    const whole = await buffer(archiveStream(archive, 0));

    expect(await archiveSum(archive)).toBe(createHash('sha256').update(whole).digest('hex'));
  });

  it('is aligned for an image of any size', () => {
    for (let bytes = 1; bytes < 9_000; bytes += 7) {
      const sizes = { kernel: bytes, initramfs: 2 * bytes, 'loader.tar.gz': 3, 'root.squashfs': 4_096 };
      expect(systemArchive(imageOf(sizes)).offset % 4_096).toBe(0);
    }
  });
});

interface Entry {
  readonly name: string;
  readonly mode: number;
  readonly content: Buffer;
}

/** Reads the format "newc" as Linux does (Documentation/driver-api/early-userspace/buffer-format.rst). */
function entriesOf(archive: Buffer): Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; entries.at(-1)?.name !== 'TRAILER!!!';) {
    const field = (index: number): number =>
      parseInt(archive.toString('latin1', at + 6 + 8 * index, at + 14 + 8 * index), 16);
    expect(archive.toString('latin1', at, at + 6)).toBe('070701');
    const nameEnd = at + 110 + field(11);
    const begin = (nameEnd + 3) & ~3;
    const end = begin + field(6);
    entries.push({
      name: archive.toString('latin1', at + 110, nameEnd - 1),
      mode: field(1),
      content: archive.subarray(begin, end),
    });
    at = (end + 3) & ~3;
  }
  return entries;
}
