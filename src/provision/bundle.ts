import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { MachineError } from '../errors.js';
import type { EngineOptions } from '../record.js';

/** The release that is sent where nobody asks for one: newest tested when this was written. */
export const USUAL_VERSION = '28.2.2';

export interface BundleRequest {
  readonly engine: EngineOptions;
  /** As `uname -m` has it, which is also how the download is filed. */
  readonly arch: string;
  readonly repositoryUrl: string;
  readonly cacheFolder: string;
  readonly signal: AbortSignal;
  /** What the URL of the user's led to before may have become another one. */
  readonly isRefreshed?: boolean;
}

/** The local path of a static bundle: the user's file, or a download that is kept. @throws MachineError ProvisionFailed, BadOption */
export async function bundleFile({
  engine,
  arch,
  repositoryUrl,
  cacheFolder,
  signal,
  isRefreshed = false,
}: BundleRequest): Promise<string> {
  if (isFilePath(engine.bundle)) {
    await refuseMissingBundle(engine.bundle);
    return engine.bundle;
  }
  const url =
    engine.bundle || `${repositoryUrl}/linux/static/stable/${arch}/docker-${wholeVersion(engine.version)}.tgz`;
  // Bundles from different places may bear the same name.
  const name = `${createHash('sha256').update(url).digest('hex').slice(0, 12)}-${basename(url.replace(/[?#].*/, ''))}`;
  const path = join(cacheFolder, 'bundles', arch, name);
  const present = await stat(path).catch(() => undefined);
  if (present?.isFile() && !(isRefreshed && engine.bundle !== '')) return path;
  await download({ url, path, since: present?.mtime }, signal);
  return path;
}

/** @throws MachineError BadOption for the path of a file that is not there */
export async function refuseMissingBundle(bundle: string): Promise<void> {
  if (!isFilePath(bundle) || (await isFile(bundle))) return;
  throw new MachineError('BadOption', `option --engine-bundle names a file that does not exist: "${bundle}"`);
}

function isFilePath(bundle: string): boolean {
  return bundle !== '' && !/^https?:/.test(bundle);
}

/** @throws MachineError BadOption for the beginning of a version that cannot be completed here */
function wholeVersion(wanted: string): string {
  if (/^\d+\.\d+\.\d+$/.test(wanted)) return wanted;
  if (wanted === '' || USUAL_VERSION.startsWith(`${wanted}.`)) return USUAL_VERSION;
  throw new MachineError('BadOption', `a static bundle needs a whole version, got ${JSON.stringify(wanted)}`, {
    suggestions: [`Name it whole: --engine-version ${USUAL_VERSION}`],
  });
}

interface Download {
  readonly url: string;
  readonly path: string;
  /** What is there is from then, and stays where there is nothing newer. */
  readonly since: Date | undefined;
}

async function download({ url, path, since }: Download, signal: AbortSignal): Promise<void> {
  // Several machines may want the same one at once.
  const part = `${path}.${randomUUID()}.part`;
  try {
    const headers = since ? { 'if-modified-since': since.toUTCString() } : {};
    const response = await fetch(url, { signal, headers });
    if (response.status === 304) return;
    if (!response.ok || !response.body) throw new Error(`HTTP status ${response.status}`);
    await mkdir(join(path, '..'), { recursive: true });
    await write(part, response.body, signal);
    const modified = new Date(response.headers.get('last-modified') ?? Number.NaN);
    if (!Number.isNaN(modified.getTime())) await utimes(part, modified, modified);
    await rename(part, path);
  } catch (cause) {
    await rm(part, { force: true });
    if (signal.aborted) throw new MachineError('Cancelled', 'interrupted');
    throw new MachineError('ProvisionFailed', `cannot download the engine from ${url}`, {
      cause,
      suggestions: ['Name a local file: --engine-bundle docker-28.2.2.tgz'],
    });
  }
}

/** Opened before, closed behind: a stream that breaks early opens its file behind the one who has tidied up already. */
async function write(path: string, content: ReadableStream, signal: AbortSignal): Promise<void> {
  await using file = await open(path, 'wx');
  await pipeline(Readable.fromWeb(content), file.createWriteStream(), { signal });
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
