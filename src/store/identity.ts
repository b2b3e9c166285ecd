import { randomBytes } from 'node:crypto';
import { link, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../errors.js';
import { readIfThere } from './atomic.js';

/**
 * The store's own id, 16 hexadecimal digits, made on the first call; a store that is moved keeps it. Two processes that make it
 * at once get the same one: the first link counts.
 */
export async function storeId(base: string): Promise<string> {
  const path = join(base, 'store-id');
  const known = await readIfThere(path);
  if (known !== undefined) return known.trim();
  await mkdir(base, { recursive: true, mode: 0o700 });
  const id = randomBytes(8).toString('hex');
  const own = `${path}.${id}`;
  await writeFile(own, `${id}\n`, { mode: 0o600, flush: true });
  try {
    await link(own, path);
    return id;
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    return ((await readIfThere(path)) ?? id).trim();
  } finally {
    await rm(own, { force: true });
  }
}
