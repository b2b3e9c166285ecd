import { MachineError } from '../errors.js';
import { USUAL_VERSION } from './bundle.js';

/** A list of Docker's downloads is one page. In milliseconds. */
const LIST_WITHIN_MS = 20_000;

export interface Downloads {
  readonly repositoryUrl: string;
  /** As `uname -m` has it. */
  readonly arch: string;
  readonly signal: AbortSignal;
}

/**
 * The version to go to from the present one: the wanted one, or the newest of Docker's bundles that begins with it; undefined
 * where the engine is that already, or newer than what nobody has named.
 * @throws MachineError BadOption where there is no such bundle
 */
export async function newerVersion(wanted: string, present: string, downloads: Downloads): Promise<string | undefined> {
  if (isWhole(wanted)) return wanted === bare(present) ? undefined : wanted;
  const all = await versionsOf(downloads);
  const newest = all
    .filter((version) => isBeginning(wanted, version))
    .sort(byVersion)
    .at(-1);
  if (newest === undefined) {
    throw new MachineError('BadOption', `there is no static bundle of engine "${wanted}"`, {
      suggestions: [`Name a whole version: --engine-version ${USUAL_VERSION}`],
    });
  }
  const isThere = isBeginning(wanted, bare(present)) && byVersion(bare(present), newest) >= 0;
  return isThere ? undefined : newest;
}

/** "28.2.2" is a 28 and a 28.2, and not a 28.2.20; everything begins with ''. */
export function isBeginning(wanted: string, version: string): boolean {
  return (
    version === wanted || (version.startsWith(wanted) && (wanted === '' || !/^\d/.test(version.slice(wanted.length))))
  );
}

/** Without the list there is still the one that is known. */
async function versionsOf({ repositoryUrl, arch, signal }: Downloads): Promise<readonly string[]> {
  const url = `${repositoryUrl}/linux/static/stable/${arch}/`;
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(LIST_WITHIN_MS)]) });
    const page = response.ok ? await response.text() : '';
    const found = [...page.matchAll(/\bdocker-(\d+\.\d+\.\d+)\.tgz\b/g)].map(([, version = '']) => version);
    return found.length === 0 ? [USUAL_VERSION] : found;
  } catch {
    if (signal.aborted) throw new MachineError('Cancelled', 'interrupted');
    return [USUAL_VERSION];
  }
}

function isWhole(version: string): boolean {
  return /^\d+\.\d+\.\d+$/.test(version);
}

/** Debian's "20.10.24+dfsg1" is a 20.10.24. */
function bare(version: string): string {
  return /^\d+(\.\d+)*/.exec(version)?.[0] ?? '';
}

function byVersion(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}
