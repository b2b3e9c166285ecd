import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IMAGE_FILES, MANIFEST, type Arch, type Image } from '../../../src/os/contract.js';
import { readImage } from '../../../src/os/images.js';
import { manifestOf, manifestText } from '../../../src/os/manifest.js';

/** An image whose files are there, with a manifest that is true; `files` are further ones, or others. */
export async function writeImage(
  place: string,
  { arch = 'amd64', recipe = 'ab'.repeat(32), files }: WrittenImage,
): Promise<Image> {
  await mkdir(place, { recursive: true });
  for (const file of IMAGE_FILES) await writeFile(join(place, file), `the ${file}`);
  for (const [file, bytes] of Object.entries(files)) await writeFile(join(place, file), bytes);
  const inputs = {
    ...({ arch, version: '12', suite: 'bookworm', kernel: `6.1.0-56-cloud-${arch}` } as const),
    ...{ epoch: 1_780_000_000, packages: { 'docker.io': '20.10' }, recipe },
  };
  await writeFile(join(place, MANIFEST), manifestText(await manifestOf(place, inputs)));
  return readImage(place);
}

interface WrittenImage {
  readonly arch?: Arch;
  /** Images of other recipes have other names. */
  readonly recipe?: string;
  readonly files: Readonly<Record<string, Buffer | string>>;
}
