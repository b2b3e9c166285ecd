import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { MachineError } from '../errors.js';
import { LOADER, type Image } from './contract.js';
import { notWhole, requireWhole } from './manifest.js';

const BLOCK = 512;

export function hasLoader({ manifest }: Image): boolean {
  return LOADER in manifest.files;
}

/** @throws MachineError NotSupported for an image without a boot loader, CheckFailed for one that is not whole */
export async function requireLoader(image: Image): Promise<void> {
  const { folder, manifest } = image;
  if (!hasLoader(image))
    throw new MachineError(
      'NotSupported',
      `image "${manifest.name}" has no boot loader: it was built before there were disks`,
      { suggestions: ['berth os build'] },
    );
  await requireWhole(folder, manifest);
  if (!existsSync(join(folder, LOADER))) throw notWhole(manifest, LOADER);
}

/** The files of an image's LOADER, by their paths. It is a ustar archive of plain files, and its manifest vouches for it. */
export function unpackLoader(packed: Buffer): ReadonlyMap<string, Buffer> {
  const archive = gunzipSync(packed);
  const files = new Map<string, Buffer>();
  for (let at = 0; archive[at];) {
    const [path, size] = [textAt(archive, at, 100), parseInt(textAt(archive, at + 124, 12), 8)];
    const begin = at + BLOCK;
    files.set(path, archive.subarray(begin, begin + size));
    at = begin + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}

function textAt(archive: Buffer, at: number, length: number): string {
  return archive.toString('latin1', at, at + length).replace(/\0.*$/s, '');
}
