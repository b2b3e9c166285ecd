import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync, type Dirent } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isForbidden, MachineError, systemCode } from '../errors.js';

/** Private folders, as docker-machine makes them. */
const FOLDER_MODE = 0o700;
/** A temporary file older than this belongs to nobody who still writes, in milliseconds. */
const ABANDONED_MS = 60_000;

/**
 * Replaces a file as a whole and durably: readers see the old content or the new, a crash or a full disk leaves the old.
 * Makes the folder. @throws MachineError StoreUnusable
 */
export async function replaceFile(path: string, content: string, mode: number): Promise<void> {
  const beside = `${path}.tmp${randomBytes(6).toString('hex')}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
    await writeDurably(beside, content, mode);
    await rename(beside, path);
    await syncFolder(dirname(path));
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => {});
    throw unusable('write', path, cause);
  }
  await sweep(path);
}

/** The content, or undefined when there is no such file. @throws MachineError StoreUnusable */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    // At once: the quickest commands read one small file, and loading what waits for it takes longer.
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT' || systemCode(cause) === 'ENOTDIR') return undefined;
    throw unusable('read', path, cause);
  }
}

/** What is in a folder, nothing where there is none. @throws MachineError StoreUnusable */
export function entriesIn(folder: string): readonly Dirent[] {
  try {
    // At once: completions wait for nothing else, and loading what waits for it takes longer.
    return readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return [];
    throw unusable('read', folder, cause);
  }
}

export async function isFolder(path: string): Promise<boolean> {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** What to throw; it tells a full disk from the rest. */
export function unusable(verb: 'read' | 'write', path: string, cause: unknown): MachineError {
  const full = systemCode(cause) === 'ENOSPC' || systemCode(cause) === 'EDQUOT';
  return new MachineError('StoreUnusable', `cannot ${verb} ${path}${full ? ': the disk is full' : ''}`, {
    cause,
    // Files that root has made, as a rule: the doctor says whose they should be.
    ...(isForbidden(cause) ? { suggestions: ['berth doctor'] } : {}),
  });
}

async function writeDurably(path: string, content: string, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(content);
    // The umask may have taken bits away that scripts of docker-machine's users rely on.
    await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** So that what was renamed in it is there after a power cut, too. */
export async function syncFolder(path: string): Promise<void> {
  // Folders cannot be opened for that on Windows.
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}

/** What a crashed writer of the same file left. */
async function sweep(path: string): Promise<void> {
  const prefix = `${basename(path)}.tmp`;
  for (const name of await readdir(dirname(path)).catch(() => [])) {
    if (!name.startsWith(prefix)) continue;
    const found = await stat(join(dirname(path), name)).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > ABANDONED_MS)
      await rm(join(dirname(path), name), { force: true }).catch(() => {});
  }
}
