import { randomBytes } from 'node:crypto';
import { link, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MachineError, systemCode } from '../errors.js';
import { readIfThere } from './atomic.js';

/**
 * The store's own id, 16 hexadecimal digits, made on the first call; a store that is moved keeps it. Two processes that make it
 * at once get the same one: the first link counts.
 */
export async function storeId(base: string): Promise<string> {
  const path = join(base, 'store-id');
  const known = await readId(path);
  if (known !== undefined) return known;
  await mkdir(base, { recursive: true, mode: 0o700 });
  const id = randomBytes(8).toString('hex');
  const own = `${path}.${id}`;
  await writeFile(own, `${id}\n`, { mode: 0o600, flush: true });
  try {
    await link(own, path);
    return id;
  } catch (error) {
    // Some file systems know no hard links: whole lines of 17 bytes are written at once there too.
    if (systemCode(error) !== 'EEXIST') await writeFile(path, `${id}\n`, { mode: 0o600, flag: 'wx' }).catch(exists);
    return (await readId(path)) ?? id;
  } finally {
    await rm(own, { force: true });
  }
}

/** @throws MachineError StoreCorrupt */
async function readId(path: string): Promise<string | undefined> {
  const id = (await readIfThere(path))?.trim();
  if (id === undefined || /^[0-9a-f]{16}$/.test(id)) return id;
  throw new MachineError('StoreCorrupt', `the store's id is no id: "${id.slice(0, 30)}"`, {
    suggestions: [`Restore the file ${path}, or remove it to get a new id`],
  });
}

function exists(error: unknown): void {
  if (systemCode(error) !== 'EEXIST') throw error;
}
