import { existsSync } from 'node:fs';
import { copyFile, link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { IMAGE_FILES, MANIFEST, SIGNATURE, type Image } from '../../src/os/contract.js';
import { requireWhole } from '../../src/os/manifest.js';
import type { SystemFiles } from './arguments.js';
import { fileOf } from './process.js';

/** Which of a machine's images it boots. */
export interface Boots {
  readonly current: string;
  /** The one before, which it can go back to. */
  readonly previous?: string;
}

/** Undefined for a machine that was given none yet. */
export async function bootsOf(folder: string): Promise<Boots | undefined> {
  const text = await readFile(fileOf(folder, 'boots'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Boots);
}

/** The first OS of a new machine. */
export async function furnish(folder: string, image: Image): Promise<void> {
  await placeSystem(folder, image);
  await writeBoots(folder, { current: image.manifest.name });
}

/**
 * The machine keeps the files of its OS, whatever happens to the image: a second name for them costs no space. They are
 * checked on their way, and appear all at once.
 * @throws MachineError CheckFailed for an image that is not whole
 */
export async function placeSystem(folder: string, { folder: from, manifest }: Image): Promise<void> {
  const place = systemPlace(folder, manifest.name);
  if (from === place || existsSync(place)) return;
  await rm(`${place}.new`, { recursive: true, force: true });
  await mkdir(`${place}.new`, { recursive: true, mode: 0o700 });
  for (const name of [...IMAGE_FILES, MANIFEST, SIGNATURE]) {
    if (!existsSync(join(from, name))) continue;
    await link(join(from, name), join(`${place}.new`, name)).catch(() =>
      copyFile(join(from, name), join(`${place}.new`, name)),
    );
  }
  try {
    await requireWhole(`${place}.new`, manifest);
  } catch (error) {
    await rm(`${place}.new`, { recursive: true, force: true });
    throw error;
  }
  await rename(`${place}.new`, place);
}

/** From now on the machine boots this one; all but the one before it are removed. */
export async function keepSystem(folder: string, image: string): Promise<void> {
  const boots = await bootsOf(folder);
  const previous = boots?.current === image ? boots.previous : boots?.current;
  const kept: Boots = { current: image, ...(previous === undefined ? {} : { previous }) };
  await writeBoots(folder, kept);
  for (const name of await readdir(fileOf(folder, 'systems')))
    if (name !== kept.current && name !== kept.previous)
      await rm(systemPlace(folder, basename(name)), { recursive: true, force: true });
}

export function systemFiles(folder: string, image: string): SystemFiles {
  const [kernel, initrd, root] = IMAGE_FILES.map((name) => join(systemPlace(folder, image), name));
  return { kernel: kernel ?? '', initrd: initrd ?? '', root: root ?? '' };
}

function systemPlace(folder: string, image: string): string {
  return join(fileOf(folder, 'systems'), image);
}

async function writeBoots(folder: string, boots: Boots): Promise<void> {
  const place = fileOf(folder, 'boots');
  await writeFile(`${place}.new`, JSON.stringify(boots), { mode: 0o600, flush: true });
  await rename(`${place}.new`, place);
}
