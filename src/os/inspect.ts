import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MANIFEST, SIGNATURE, type Image } from './contract.js';
import { changedFiles } from './manifest.js';
import { isSignedBy, keyPath, readKey } from './signing-key.js';

export interface ImageState {
  /** Files that are not what the manifest says. */
  readonly changed: readonly string[];
  /** Whether the manifest was signed by this store: an image of another store is as good, but vouched for by somebody else. */
  readonly signed: 'by this store' | 'by somebody else' | 'no';
}

export async function inspectImage({ folder, manifest }: Image, store: string): Promise<ImageState> {
  const [changed, signed] = await Promise.all([changedFiles(folder, manifest), signerOf(folder, store)]);
  return { changed, signed };
}

async function signerOf(folder: string, store: string): Promise<ImageState['signed']> {
  const signature = await readFile(join(folder, SIGNATURE), 'utf8').catch(() => undefined);
  if (signature === undefined) return 'no';
  const key = await readKey(keyPath(store));
  const text = await readFile(join(folder, MANIFEST), 'utf8');
  return key && isSignedBy(text, signature, key.public) ? 'by this store' : 'by somebody else';
}
