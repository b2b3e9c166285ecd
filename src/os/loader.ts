import { gunzipSync } from 'node:zlib';

const BLOCK = 512;

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
