import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import type { Machine } from '../record.js';
import { isFolder, replaceFile } from './atomic.js';

const PREFIX = '.import-';
/** The folder of a process that was killed; nobody imports for a day. In milliseconds. */
const ABANDONED_MS = 86_400_000;

/** A folder on the store's own disk for the time of the work, readable by nobody else. */
export async function withStaging<T>(base: string, work: (folder: string) => Promise<T>): Promise<T> {
  await mkdir(base, { recursive: true, mode: 0o700 });
  await sweep(base);
  const folder = await mkdtemp(join(base, PREFIX)).catch((cause: unknown) => {
    throw new MachineError('StoreUnusable', `cannot write in ${base}`, { cause });
  });
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export interface MoveIn {
  readonly machine: Machine;
  /** Where its folder is now. */
  readonly from: string;
  readonly to: string;
  /** The record as it shall be. */
  readonly record: string;
  readonly isPublic: (file: string) => boolean;
}

/** Makes a folder on the store's disk a machine's: whole or not at all, and never over another. @throws MachineError MachineExists */
export async function moveIn({ machine, from, to, record, isPublic }: MoveIn): Promise<void> {
  await replaceFile(join(from, 'config.json'), record, 0o600);
  await tighten(from, isPublic);
  await mkdir(join(to, '..'), { recursive: true, mode: 0o700 });
  await moveFolder(machine.name, { from, to });
}

/** In one move, so that a crash leaves it at one of the two places, and never over a machine. @throws MachineError MachineExists */
export async function moveFolder(name: MachineName, { from, to }: { from: string; to: string }): Promise<void> {
  // On its own, rename(2) would replace an empty folder.
  if (await isFolder(to)) throw exists(name);
  await rename(from, to).catch(async (cause: unknown) => {
    if (await isFolder(to)) throw exists(name);
    throw new MachineError('StoreUnusable', `cannot write ${to}`, { cause });
  });
}

function exists(name: MachineName): MachineError {
  return new MachineError('MachineExists', `machine "${name}" already exists`, {
    suggestions: ['berth ls', `berth rm ${name}`],
  });
}

/** The modes of a store, whatever they were where the files come from. */
async function tighten(path: string, isPublic: (file: string) => boolean): Promise<void> {
  const { mode } = await stat(path);
  if (!(await isFolder(path))) return chmod(path, isPublic(basename(path)) ? 0o644 : (mode & 0o700) | 0o600);
  await chmod(path, 0o700);
  for (const name of await readdir(path)) await tighten(join(path, name), isPublic);
}

async function sweep(base: string): Promise<void> {
  for (const name of await readdir(base)) {
    if (!name.startsWith(PREFIX)) continue;
    const found = await stat(join(base, name)).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > ABANDONED_MS)
      await rm(join(base, name), { recursive: true, force: true });
  }
}
