import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IMAGE_FILES, MANIFEST, type Image } from '../../../src/os/contract.js';
import { readImage } from '../../../src/os/images.js';
import { manifestOf, manifestText, type Inputs } from '../../../src/os/manifest.js';

export const INPUTS: Inputs = {
  arch: 'amd64',
  version: '12',
  suite: 'bookworm',
  kernel: '6.1.0-56-cloud-amd64',
  epoch: 1_780_000_000,
  packages: { 'docker.io': '20.10.24+dfsg1-1+deb12u1+b6', sudo: '1.9' },
  recipe: 'ab'.repeat(32),
};

/** An image whose files are there, with a manifest that is true; `files` are further ones, or others. */
export async function writeImage(place: string, { inputs, files }: WrittenImage): Promise<Image> {
  await mkdir(place, { recursive: true });
  for (const file of IMAGE_FILES) await writeFile(join(place, file), `the ${file}`);
  for (const [file, bytes] of Object.entries(files)) await writeFile(join(place, file), bytes);
  await writeFile(join(place, MANIFEST), manifestText(await manifestOf(place, { ...INPUTS, ...inputs })));
  return readImage(place);
}

interface WrittenImage {
  /** Images of other inputs have other names. */
  readonly inputs?: Partial<Inputs>;
  readonly files: Readonly<Record<string, Buffer | string>>;
}
