import { createHash } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMachineError, MachineError } from '../errors.js';
import type { Reporter } from '../reporter.js';
import { IMAGE_FILES, MANIFEST, SIGNATURE, type Image, type Manifest } from './contract.js';
import { claimPart, releasePart } from './part.js';
import { fetchFile, fetchText } from './fetch.js';
import { readImage } from './images.js';
import { changedFiles, parseManifest } from './manifest.js';

export interface PullWish {
  /** Of the image's folder, as a build leaves it, on a web server. */
  readonly url: string;
  /** Of its manifest, in hexadecimal: what the manifest says of the other files holds then. Undefined trusts the server. */
  readonly sha256: string | undefined;
  /** Where images lie; the new one's folder is made in it. */
  readonly place: string;
  readonly report: Reporter;
  readonly signal: AbortSignal;
}

/**
 * Downloads an image, from where an earlier download ended; it appears whole, or not at all. One that is here already is as good.
 * @throws MachineError BadOption for a URL or a checksum that cannot be, DriverFailed for a server that does not give it
 */
export async function pullImage({ url, sha256, place, report, signal }: PullWish): Promise<Image> {
  checkSource({ url, sha256 });
  const base = url.replace(/\/+$/, '');
  const text = await fetchText(`${base}/${MANIFEST}`, signal);
  const sum = createHash('sha256').update(text).digest('hex');
  if (sha256 !== undefined && sum !== sha256.toLowerCase())
    throw new MachineError('DriverFailed', `the image at the URL is another one: its manifest's sha256 is "${sum}"`, {
      cause: new Error(`wanted ${sha256.toLowerCase()} of ${base}/${MANIFEST}`),
    });
  const manifest = parseManifest(text, `${base}/${MANIFEST}`);
  const folder = join(place, manifest.name);
  const known = await wholeImage(folder);
  if (known) return known;
  await mkdir(place, { recursive: true });
  const part = await claimPart(folder);
  try {
    await report.step(`Downloading ${manifest.name}`, () => fetchFiles({ base, part, manifest }, signal));
    const signature = await fetchText(`${base}/${SIGNATURE}`, signal).catch(unsigned);
    if (signature !== '') await writeFile(join(part, SIGNATURE), signature);
    await writeFile(join(part, MANIFEST), text, { flush: true });
    return await appear(part, folder);
  } catch (error) {
    await releasePart(part, folder);
    throw error;
  }
}

/** @throws MachineError BadOption for a URL or a checksum that cannot be */
export function checkSource({ url, sha256 }: Pick<PullWish, 'url' | 'sha256'>): void {
  if (!/^https?:\/\/[^\s?#]+$/.test(url))
    throw new MachineError('BadOption', `an image is downloaded from an http or https URL, got ${short(url)}`);
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(sha256))
    throw new MachineError('BadOption', `a sha256 has 64 hexadecimal digits, got ${short(sha256)}`);
  if (sha256 === undefined && url.startsWith('http:'))
    throw new MachineError('BadOption', 'an image that comes by plain http needs the sha256 of its manifest', {
      suggestions: [`sha256sum ${MANIFEST} where it was built, then berth os pull --sha256 SUM ${url}`],
    });
}

function short(text: string): string {
  const quoted = JSON.stringify(text);
  return quoted.length > 40 ? `${quoted.slice(0, 39)}…"` : quoted;
}

async function wholeImage(folder: string): Promise<Image | undefined> {
  const image = await readImage(folder).catch(() => undefined);
  if (image === undefined) return undefined;
  return (await changedFiles(folder, image.manifest)).length === 0 ? image : undefined;
}

interface Fetching {
  readonly base: string;
  readonly part: string;
  readonly manifest: Manifest;
}

async function fetchFiles({ base, part, manifest }: Fetching, signal: AbortSignal): Promise<void> {
  for (const name of IMAGE_FILES)
    await fetchFile(`${base}/${name}`, { path: join(part, name), ...manifest.files[name], signal });
}

/** A server may have no signature; whatever else is wrong with it showed before. */
function unsigned(error: unknown): string {
  if (isMachineError(error, 'Cancelled')) throw error;
  return '';
}

/** Of two downloads at once one finds the image there. */
async function appear(part: string, folder: string): Promise<Image> {
  await rename(part, folder).catch(async () => {
    if (await wholeImage(folder)) return rm(part, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
    await rename(part, folder);
  });
  return readImage(folder);
}
