import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { MachineError, systemCode } from '../errors.js';
import { replaceFile, syncFolder, unusable } from './atomic.js';

/** Folders on their way in or out; neither berth nor docker-machine takes what begins with a dot for a machine. */
const COMING = '.coming-';
const GOING = '.going-';
/** One older than this belongs to a process that was killed, in milliseconds. */
const ABANDONED_MS = 60_000;

/** Makes a machine's folder with its record in it: whoever is killed meanwhile has made none. @throws MachineError StoreUnusable */
export async function makeWithRecord(path: string, record: string): Promise<void> {
  const folder = dirname(path);
  const machines = dirname(folder);
  const coming = await folderFor(machines, path);
  try {
    await replaceFile(join(coming, basename(path)), record, 0o600);
    await rename(coming, folder);
    await syncFolder(machines);
  } catch (cause) {
    // Of the file that was asked for: that of the folder on its way in says nothing to the user.
    throw unusable('write', path, cause instanceof MachineError ? cause.cause : cause);
  } finally {
    await rm(coming, { recursive: true, force: true });
  }
  await sweep(machines);
}

/** Takes a machine's folder away in one step, then what was in it: whoever is killed meanwhile leaves all or no machine. */
export async function removeFolder(folder: string): Promise<void> {
  const going = join(dirname(folder), `${GOING}${basename(folder)}-${process.pid}`);
  // Windows refuses while somebody has a file in it open.
  const hasMoved = await rename(folder, going).then(
    () => true,
    (cause: unknown) => systemCode(cause) === 'ENOENT',
  );
  await rm(hasMoved ? going : folder, { recursive: true, force: true });
}

async function folderFor(machines: string, path: string): Promise<string> {
  try {
    await mkdir(machines, { recursive: true, mode: 0o700 });
    return await mkdtemp(join(machines, COMING));
  } catch (cause) {
    throw unusable('write', path, cause);
  }
}

async function sweep(machines: string): Promise<void> {
  for (const name of await readdir(machines).catch(() => [])) {
    if (!name.startsWith(COMING) && !name.startsWith(GOING)) continue;
    const found = await stat(join(machines, name)).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > ABANDONED_MS)
      await rm(join(machines, name), { recursive: true, force: true }).catch(() => {});
  }
}
