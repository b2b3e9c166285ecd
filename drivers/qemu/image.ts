import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { DriverContext } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import { IMAGE_FILES, MANIFEST, type Manifest } from '../../src/os/contract.js';
import type { Architecture } from './index.js';

type Environment = DriverContext<never>['environment'];

export interface PlacedImage {
  readonly name: string;
  readonly files: { readonly kernel: string; readonly initrd: string; readonly root: string };
}

export interface ImageWish {
  /** A name, the absolute path of a folder, or undefined for the newest of this processor. */
  readonly wish: string | undefined;
  readonly arch: Architecture;
}

/** @throws MachineError CheckFailed where there is none */
export async function findImage({ wish, arch }: ImageWish, environment: Environment): Promise<PlacedImage> {
  const folders = wish !== undefined && isAbsolute(wish) ? [wish] : await foldersOf(environment);
  const images = (await Promise.all(folders.map(imageIn))).flatMap((image) => image ?? []);
  const fitting = images.filter((image) => image.arch === arch && (wish === undefined || isCalled(image, wish)));
  const newest = fitting.sort((one, other) => other.addedAt - one.addedAt)[0];
  if (newest) return newest;
  const what = wish === undefined ? `for ${arch}` : `"${wish}" for ${arch}`;
  throw new MachineError('CheckFailed', `there is no image of the OS ${what} on this computer`, {
    suggestions: ['berth os build', 'berth os ls'],
  });
}

function isCalled({ name, folder }: FoundImage, wish: string): boolean {
  return name === wish || folder === wish;
}

/** Where images lie: the user's own, then those for all users of this computer. */
function imagePlaces(environment: Environment): readonly string[] {
  const own = environment['XDG_CACHE_HOME'] || (environment['HOME'] && join(environment['HOME'], '.cache'));
  return [...(own ? [join(own, 'berth', 'os')] : []), '/var/cache/berth/os'];
}

async function foldersOf(environment: Environment): Promise<readonly string[]> {
  const lists = imagePlaces(environment).map(async (place) =>
    (await readdir(place).catch(() => [])).map((name) => join(place, name)),
  );
  return (await Promise.all(lists)).flat();
}

interface FoundImage extends PlacedImage {
  readonly folder: string;
  readonly arch: string;
  readonly addedAt: number;
}

/** An image without its manifest has not been finished. */
async function imageIn(folder: string): Promise<FoundImage | undefined> {
  const manifest = join(folder, MANIFEST);
  const text = await readFile(manifest, 'utf8').catch(() => undefined);
  const [kernel, initrd, root] = IMAGE_FILES.map((file) => join(folder, file)) as [string, string, string];
  if (text === undefined || ![kernel, initrd, root].every((path) => existsSync(path))) return undefined;
  const { name, arch } = JSON.parse(text) as Manifest;
  return { folder, name, arch, files: { kernel, initrd, root }, addedAt: (await stat(manifest)).mtimeMs };
}
