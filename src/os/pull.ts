import { createHash, type KeyObject } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMachineError, MachineError } from '../errors.js';
import type { Reporter } from '../reporter.js';
import { IMAGE_FILES, LOADER, MANIFEST, SIGNATURE, type Image, type Manifest } from './contract.js';
import { claimPart, releasePart } from './part.js';
import { fetchFile, fetchText } from './fetch.js';
import { readImage } from './images.js';
import { changedFiles, parseManifest } from './manifest.js';
import { isSignedBy, publicKeyText } from './signing-key.js';

export interface PullWish {
  /** Of the image's folder, as a build leaves it, on a web server. */
  readonly url: string;
  /** Of its manifest, in hexadecimal: what the manifest says of the other files holds then. Undefined trusts the server. */
  readonly sha256: string | undefined;
  /** That its manifest has to be signed by. Undefined asks for no signature. */
  readonly key: KeyObject | undefined;
  /** Where images lie; the new one's folder is made in it. */
  readonly place: string;
  readonly report: Reporter;
  readonly signal: AbortSignal;
}

/**
 * Downloads an image, from where an earlier download ended; it appears whole, or not at all. One that is here already is as good.
 * @throws MachineError BadOption for a URL or a checksum that cannot be, DriverFailed for a server that does not give it
 */
export async function pullImage(wish: PullWish): Promise<Image> {
  const { key, place, report, signal } = wish;
  checkSource(wish);
  const base = wish.url.replace(/\/+$/, '');
  const text = await fetchManifest(base, wish);
  const checked = key && (await fetchSignature(base, text, { key, signal }));
  const manifest = parseManifest(text, `${base}/${MANIFEST}`);
  const folder = join(place, manifest.name);
  const known = await wholeImage(folder, text);
  if (known) return known;
  await mkdir(place, { recursive: true });
  const part = await claimPart(folder);
  try {
    await report.step(`Downloading ${manifest.name}`, () => fetchFiles({ base, part, manifest }, signal));
    const signature = checked ?? (await fetchText(`${base}/${SIGNATURE}`, signal).catch(unsigned));
    if (signature !== '') await writeFile(join(part, SIGNATURE), signature);
    await writeFile(join(part, MANIFEST), text, { flush: true });
    return await appear(part, folder, text);
  } catch (error) {
    await releasePart(part, folder);
    throw error;
  }
}

/** The manifest once it is the one that was asked for: from then on it vouches for the rest. */
async function fetchManifest(base: string, { sha256, signal }: PullWish): Promise<string> {
  const text = await fetchText(`${base}/${MANIFEST}`, signal);
  const sum = createHash('sha256').update(text).digest('hex');
  if (sha256 === undefined || sum === sha256.toLowerCase()) return text;
  throw new MachineError('DriverFailed', `the image at the URL is another one: its manifest's sha256 is "${sum}"`, {
    cause: new Error(`wanted ${sha256.toLowerCase()} of ${base}/${MANIFEST}`),
  });
}

/** The signature, if it is one of this text by this key. */
async function fetchSignature(base: string, text: string, { key, signal }: Signed): Promise<string> {
  const signature = await fetchText(`${base}/${SIGNATURE}`, signal).catch((cause: unknown) => {
    if (isMachineError(cause, 'Cancelled')) throw cause;
    throw new MachineError('DriverFailed', 'the image at the URL has no signature', { cause });
  });
  if (isSignedBy(text, signature, key)) return signature;
  throw new MachineError('DriverFailed', 'the image at the URL is not signed by the key that was given', {
    cause: new Error(`${base}/${SIGNATURE} is no signature of ${MANIFEST} by ${publicKeyText(key)}`),
  });
}

interface Signed {
  readonly key: KeyObject;
  readonly signal: AbortSignal;
}

/** @throws MachineError BadOption for a URL or a checksum that cannot be */
export function checkSource({ url, sha256, key }: Pick<PullWish, 'url' | 'sha256' | 'key'>): void {
  if (!/^https?:\/\/[^\s?#]+$/.test(url))
    throw new MachineError('BadOption', `an image is downloaded from an http or https URL, got ${short(url)}`);
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(sha256))
    throw new MachineError('BadOption', `a sha256 has 64 hexadecimal digits, got ${short(sha256)}`);
  if (sha256 === undefined && key === undefined && url.startsWith('http:'))
    throw new MachineError(
      'BadOption',
      'an image that comes by plain http needs the sha256 of its manifest, or a key',
      {
        suggestions: [
          `berth os key where it was built, then berth os pull --key KEY ${url}`,
          `sha256sum ${MANIFEST} where it was built, then berth os pull --sha256 SUM ${url}`,
        ],
      },
    );
}

function short(text: string): string {
  const quoted = JSON.stringify(text);
  return quoted.length > 40 ? `${quoted.slice(0, 39)}…"` : quoted;
}

/** The image that is here, if it is of this very manifest: another one of its name was vouched for by nobody. */
async function wholeImage(folder: string, text: string): Promise<Image | undefined> {
  const image = await readImage(folder).catch(() => undefined);
  if (image === undefined || (await readFile(join(folder, MANIFEST), 'utf8')) !== text) return undefined;
  return (await changedFiles(folder, image.manifest)).length === 0 ? image : undefined;
}

interface Fetching {
  readonly base: string;
  readonly part: string;
  readonly manifest: Manifest;
}

async function fetchFiles({ base, part, manifest }: Fetching, signal: AbortSignal): Promise<void> {
  // Not a disk: that can be made of the others.
  const { [LOADER]: loader } = manifest.files;
  for (const name of IMAGE_FILES)
    await fetchFile(`${base}/${name}`, { path: join(part, name), ...manifest.files[name], signal });
  if (loader) await fetchFile(`${base}/${LOADER}`, { path: join(part, LOADER), ...loader, signal });
}

/** A server may have no signature; whatever else is wrong with it showed before. */
function unsigned(error: unknown): string {
  if (isMachineError(error, 'Cancelled')) throw error;
  return '';
}

/** Of two downloads at once one finds the image there. */
async function appear(part: string, folder: string, text: string): Promise<Image> {
  await rename(part, folder).catch(async () => {
    if (await wholeImage(folder, text)) return rm(part, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
    await rename(part, folder);
  });
  return readImage(folder);
}
