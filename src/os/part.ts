import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isProcessAlive } from '../process-alive.js';

/**
 * The folder of an unfinished download, for this process alone: the one that an earlier download has left, or a new one. Its name
 * has the process in it, so that what a killed one leaves is taken up too.
 */
export async function claimPart(folder: string): Promise<string> {
  const own = `${folder}.${process.pid}.${randomBytes(4).toString('hex')}.part`;
  for (const left of await partsOf(folder)) {
    // Of two who want it one gets it.
    const isOwn = await rename(left, own).then(
      () => true,
      () => false,
    );
    if (isOwn) return own;
  }
  await mkdir(own);
  return own;
}

/** Leaves an unfinished download for the next who wants it; of several one stays. */
export async function releasePart(part: string, folder: string): Promise<void> {
  await rename(part, `${folder}.part`).catch(() => rm(part, { recursive: true, force: true }));
}

async function partsOf(folder: string): Promise<readonly string[]> {
  const [place, name] = [dirname(folder), basename(folder)];
  const names = await readdir(place).catch(() => []);
  return names.filter((one) => one === `${name}.part` || isLeft(one, name)).map((one) => join(place, one));
}

function isLeft(file: string, name: string): boolean {
  if (!file.startsWith(`${name}.`)) return false;
  const pid = Number(/^\.(\d+)\.[0-9a-f]{8}\.part$/.exec(file.slice(name.length))?.[1]);
  return pid > 0 && !isProcessAlive(pid);
}
