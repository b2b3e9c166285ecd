import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MachineError } from '../errors.js';
import { MANIFEST, type Image } from './contract.js';
import { parseManifest } from './manifest.js';

/** Where images for all users of a computer lie. */
export const SHARED_PLACE = '/var/cache/berth/os';

/** The user's own folder of images comes first: new ones go there. */
export function imagePlaces(cacheFolder: string): readonly [string, ...string[]] {
  return [join(cacheFolder, 'os'), SHARED_PLACE];
}

/** @throws MachineError BadOption */
export async function readImage(folder: string): Promise<Image> {
  const path = join(folder, MANIFEST);
  const manifest = parseManifest(await readFile(path, 'utf8').catch(() => ''), path);
  return { folder, manifest, addedAt: (await stat(path)).mtimeMs };
}

/** Whole images of all places, the newest first. What is still being built has no manifest. */
export async function listImages(places: readonly string[]): Promise<readonly Image[]> {
  const found = await Promise.all(places.map(imagesIn));
  return found.flat().sort((one, other) => other.addedAt - one.addedAt);
}

async function imagesIn(place: string): Promise<readonly Image[]> {
  const names = await readdir(place).catch(() => []);
  const whole = names.filter((name) => !/\.(new|part)$/.test(name));
  const images = await Promise.all(whole.map((name) => readImage(join(place, name)).catch(() => undefined)));
  return images.flatMap((image) => image ?? []);
}

/** The image of that name; the first digits of it will do when they fit one only. @throws MachineError BadOption */
export async function findImage(places: readonly string[], name: string): Promise<Image> {
  const images = await listImages(places);
  const exact = images.find(({ manifest }) => manifest.name === name);
  const like = images.filter(({ manifest }) => manifest.name.startsWith(name));
  const [image, ...more] = exact ? [exact] : like;
  if (image && more.length === 0) return image;
  throw new MachineError(
    'BadOption',
    image ? `several images of the OS are called "${name}"` : `there is no image of the OS "${name}"`,
    { suggestions: ['berth os ls', 'berth os build'] },
  );
}

/** Machines that run have it open, and go on; they cannot start again without it. */
export async function removeImage({ folder }: Image): Promise<void> {
  // The manifest first: what is left of an interrupted removal is no image.
  await rm(join(folder, MANIFEST), { force: true });
  await rm(folder, { recursive: true, force: true });
}
