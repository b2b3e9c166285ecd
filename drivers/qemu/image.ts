import { isAbsolute, join } from 'node:path';
import type { DriverContext } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import type { Image } from '../../src/os/contract.js';
import { imagePlaces, listImages, readImage } from '../../src/os/images.js';
import type { Architecture } from './index.js';

export interface ImageWish {
  /** A name or its beginning, the absolute path of a folder, or undefined for the newest of this processor. */
  readonly wish: string | undefined;
  readonly arch: Architecture;
  /** Where a machine keeps images of its own, which come first where one is named. */
  readonly own?: string;
}

/** @throws MachineError CheckFailed where there is none */
export async function findImage(
  { wish, arch, own }: ImageWish,
  environment: DriverContext<never>['environment'],
): Promise<Image> {
  const images = wish !== undefined && isAbsolute(wish) ? [await readImage(wish)] : await imagesOf(environment, own);
  const isWanted = ({ folder, manifest }: Image): boolean =>
    wish === undefined || folder === wish || manifest.name.startsWith(wish);
  const newest = images.find((image) => image.manifest.arch === arch && isWanted(image));
  if (newest) return newest;
  const what = wish === undefined ? `for ${arch}` : `"${wish}" for ${arch}`;
  throw new MachineError('CheckFailed', `there is no image of the OS ${what} on this computer`, {
    suggestions: ['berth os build', 'berth os ls'],
  });
}

async function imagesOf(
  environment: DriverContext<never>['environment'],
  own: string | undefined,
): Promise<readonly Image[]> {
  // As src/cli/program.ts has it.
  const caches = environment['XDG_CACHE_HOME'] || join(environment['HOME'] ?? '', '.cache');
  const kept = own === undefined ? [] : await listImages([own]);
  return [...kept, ...(await listImages(imagePlaces(join(caches, 'berth'))))];
}
