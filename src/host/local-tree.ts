import { readdir, realpath, stat } from 'node:fs/promises';
import { MachineError } from '../errors.js';
import type { CopyOptions } from './host.js';
import type { TarEntry } from './tar.js';

/** What is in a folder, as entries of an archive, the folder itself first; links are followed, as scp does. */
export async function* walkFolder(folder: string, onProgress?: CopyOptions['onProgress']): AsyncGenerator<TarEntry> {
  yield* walk({ path: Buffer.from(folder), name: Buffer.from('.'), above: [] }, onProgress);
}

interface Place {
  /** Names are bytes throughout: file systems do not promise UTF-8. */
  readonly path: Buffer;
  readonly name: Buffer;
  /** Real paths of the folders this one is in. */
  readonly above: readonly string[];
}

async function* walk({ path, name, above }: Place, onProgress: CopyOptions['onProgress']): AsyncGenerator<TarEntry> {
  const { mode } = await stat(path);
  const real = await realpath(path, 'latin1');
  if (above.includes(real)) throw new MachineError('BadUsage', `"${path.toString()}" is a link to a folder around it`);
  yield { name: Buffer.concat([name, SLASH]), mode, content: 'folder' };
  for (const entry of (await readdir(path, { encoding: 'buffer' })).sort((a, b) => a.compare(b))) {
    const inner = { path: below(path, entry), name: below(name, entry), above: [...above, real] };
    const facts = await stat(inner.path);
    if (facts.isDirectory()) yield* walk(inner, onProgress);
    // Sockets, pipes and devices have no content to copy.
    if (!facts.isFile()) continue;
    const shown = inner.path.toString();
    yield {
      name: inner.name,
      mode: facts.mode,
      content: { localPath: inner.path },
      ...(onProgress ? { onBytes: (done: number, total: number) => onProgress(shown, done, total) } : {}),
    };
  }
}

const SLASH = Buffer.from('/');

function below(folder: Buffer, name: Buffer): Buffer {
  return Buffer.concat([folder, SLASH, name]);
}
