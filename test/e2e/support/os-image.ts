import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sh } from './berth.js';

/** Where images of the OS lie that all users of a computer have. */
export const SHARED_IMAGES = '/var/cache/berth/os';

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
