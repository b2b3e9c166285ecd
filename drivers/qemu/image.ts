import { isAbsolute, join } from 'node:path';
import type { DriverContext } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import type { Image } from '../../src/os/contract.js';
import { imagePlaces, listImages, readImage } from '../../src/os/images.js';
import { checkSource, pullImage, type PullWish } from '../../src/os/pull.js';
import { parsePublicKey } from '../../src/os/signing-key.js';
import type { Architecture, QemuOptions } from './index.js';

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

export type ImageUrl = Pick<PullWish, 'url' | 'sha256' | 'key'>;

/** A URL, and behind it what vouches for the image. @throws MachineError BadOption, KeyUnusable */
export function parseImageUrl(text: string): ImageUrl {
  const [, url = text, kind, value = ''] = /^(.*?)#(sha256|key)=(.*)$/s.exec(text) ?? [];
  const wish = {
    url,
    sha256: kind === 'sha256' ? value : undefined,
    key: kind === 'key' ? parsePublicKey(value) : undefined,
  };
  checkSource(wish);
  return wish;
}

/** The image that a new machine gets: the one here that its options name, or a download. */
export async function imageFor(
  options: Pick<QemuOptions, 'image' | 'image-url'>,
  arch: Architecture,
  { environment, report, signal }: Pick<DriverContext<never>, 'environment' | 'report' | 'signal'>,
): Promise<Image> {
  const url = options['image-url'];
  if (url === undefined) return findImage({ wish: options.image, arch }, environment);
  const [place] = imagePlaces(cacheOf(environment));
  const image = await pullImage({ ...parseImageUrl(url), place, report, signal });
  if (image.manifest.arch === arch) return image;
  const { name, arch: its } = image.manifest;
  throw new MachineError('CheckFailed', `image "${name}" is for ${its}, and the machine is of ${arch}`);
}

async function imagesOf(
  environment: DriverContext<never>['environment'],
  own: string | undefined,
): Promise<readonly Image[]> {
  const kept = own === undefined ? [] : await listImages([own]);
  return [...kept, ...(await listImages(imagePlaces(cacheOf(environment))))];
}

/** As src/cli/program.ts has it. */
function cacheOf(environment: DriverContext<never>['environment']): string {
  return join(environment['XDG_CACHE_HOME'] || join(environment['HOME'] ?? '', '.cache'), 'berth');
}
