import { isAbsolute, join } from 'node:path';
import type { DriverContext } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import { IMAGE_FILES, type Image } from '../../src/os/contract.js';
import { imagePlaces, listImages, readImage } from '../../src/os/images.js';
import type { Architecture } from './index.js';

export interface PlacedImage {
  readonly name: string;
  readonly files: { readonly kernel: string; readonly initrd: string; readonly root: string };
}

export interface ImageWish {
  /** A name or its beginning, the absolute path of a folder, or undefined for the newest of this processor. */
  readonly wish: string | undefined;
  readonly arch: Architecture;
}

/** @throws MachineError CheckFailed where there is none */
export async function findImage(
  { wish, arch }: ImageWish,
  environment: DriverContext<never>['environment'],
): Promise<PlacedImage> {
  const images = wish !== undefined && isAbsolute(wish) ? [await readImage(wish)] : await imagesOf(environment);
  const isWanted = ({ folder, manifest }: Image): boolean =>
    wish === undefined || folder === wish || manifest.name.startsWith(wish);
  const newest = images.find((image) => image.manifest.arch === arch && isWanted(image));
  if (newest) return placed(newest);
  const what = wish === undefined ? `for ${arch}` : `"${wish}" for ${arch}`;
  throw new MachineError('CheckFailed', `there is no image of the OS ${what} on this computer`, {
    suggestions: ['berth os build', 'berth os ls'],
  });
}

async function imagesOf(environment: DriverContext<never>['environment']): Promise<readonly Image[]> {
  // As src/cli/program.ts has it.
  const caches = environment['XDG_CACHE_HOME'] || join(environment['HOME'] ?? '', '.cache');
  return listImages(imagePlaces(join(caches, 'berth')));
}

function placed({ folder, manifest }: Image): PlacedImage {
  const [kernel, initrd, root] = IMAGE_FILES;
  const files = { kernel: join(folder, kernel), initrd: join(folder, initrd), root: join(folder, root) };
  return { name: manifest.name, files };
}
