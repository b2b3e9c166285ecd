import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { sh, type Berth } from './berth.js';
import type { Packages } from './needs.js';

const ROOT = resolve(import.meta.dirname, '../../..');

/** Where images of the OS lie that all users of a computer have. */
const SHARED_IMAGES = '/var/cache/berth/os';
/** What this checkout has built for a test before. */
const KEPT_IMAGES = join(ROOT, 'node_modules/.cache/berth/os');

/** Programs that builds of images and changes of them need. */
export const IMAGE_PROGRAMS: Packages = {
  cpio: 'cpio',
  depmod: 'kmod',
  'dpkg-deb': 'dpkg',
  'grub-mkimage': 'grub-common',
  lz4: 'lz4',
  mksquashfs: 'squashfs-tools',
};

/** Sees to an image of the OS with its boot loader, of all users or of this home, and resolves to its name. */
export async function provideImage(berth: Berth): Promise<string> {
  const shared = imageIn(SHARED_IMAGES);
  if (shared !== undefined) return basename(shared);
  const own = join(berth.home, '.cache/berth/os');
  if (isKept()) {
    cpSync(KEPT_IMAGES, own, { recursive: true });
  } else {
    await berth.ok('os', 'build');
    rmSync(KEPT_IMAGES, { recursive: true, force: true });
    cpSync(own, KEPT_IMAGES, { recursive: true });
  }
  return basename(imageIn(own) ?? '');
}

/** Whether all that an image is made by is older than the one that was kept. */
function isKept(): boolean {
  const kept = imageIn(KEPT_IMAGES);
  return kept !== undefined && addedAt(kept) > statSync(join(ROOT, 'dist/man/berth.1')).mtimeMs;
}

function imageIn(place: string): string | undefined {
  return imagesIn(place).find((folder) => existsSync(join(folder, 'loader.tar.gz')));
}

/** An image among those of this home that is the newest shared one under another name, its files changed so. */
export function derivedImage(home: string, name: string, changes: Readonly<Record<string, Buffer>> = {}): void {
  const place = join(home, '.cache/berth/os', name);
  cpSync(newestImage(home), place, { recursive: true });
  const path = join(place, 'manifest.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as { files: Record<string, object> };
  for (const [file, content] of Object.entries(changes)) {
    writeFileSync(join(place, file), content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    manifest.files[file] = { sha256, bytes: content.length };
  }
  writeFileSync(path, JSON.stringify({ ...manifest, name }));
}

function newestImage(home: string): string {
  const built = [join(home, '.cache/berth/os'), SHARED_IMAGES].flatMap(imagesIn);
  const newest = built.sort((one, other) => addedAt(other) - addedAt(one))[0];
  if (newest === undefined) throw new Error('there is no image of the OS');
  return newest;
}

function imagesIn(place: string): string[] {
  try {
    // As builds are named; those that are made here have words.
    return readdirSync(place)
      .filter((name) => /-[0-9a-f]{10}$/.test(name))
      .map((name) => join(place, name));
  } catch {
    return [];
  }
}

function addedAt(folder: string): number {
  return statSync(join(folder, 'manifest.json')).mtimeMs;
}

/** The root of the newest image without one of its programs. */
export async function withoutProgram(home: string, program: string): Promise<Buffer> {
  const [root, packed] = [join(home, 'root'), join(home, 'root.squashfs')];
  await sh('unsquashfs', '-q', '-n', '-d', root, join(newestImage(home), 'root.squashfs'));
  rmSync(join(root, program));
  await sh('mksquashfs', root, packed, '-quiet', '-no-progress', '-noappend', '-comp', 'lz4');
  rmSync(root, { recursive: true });
  return readFileSync(packed);
}
