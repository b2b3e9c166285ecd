import { readFile } from 'node:fs/promises';
import { Fault } from '../../src/cloud/fault.js';
import { throwIfCancelled } from '../../src/errors.js';

/** https://cloud.google.com/compute/docs/metadata/querying-metadata; the name has no other address anywhere. */
const ADDRESS = '169.254.169.254';
const WITHIN_MS = 3_000;

/** Where this computer's metadata server is; undefined where it is none of Google's: nothing is asked then. */
export async function metadataHost({
  GCE_METADATA_HOST: host,
}: Readonly<Record<string, string | undefined>>): Promise<string | undefined> {
  if (host) return host;
  const product = await readFile('/sys/class/dmi/id/product_name', 'utf8').catch(() => '');
  return product.startsWith('Google') ? ADDRESS : undefined;
}

/** The header of the computer's own service account. @throws Fault */
export async function metadataToken(host: string, signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
  const text = await ask(host, 'instance/service-accounts/default/token', signal);
  const { access_token: token } = JSON.parse(text) as { access_token?: unknown };
  if (typeof token !== 'string') throw new Fault('credentials', 'the metadata server gives no token');
  return { authorization: `Bearer ${token}` };
}

/** The project that this computer belongs to. */
export function metadataProject(host: string, signal: AbortSignal): Promise<string> {
  return ask(host, 'project/project-id', signal);
}

async function ask(host: string, path: string, signal: AbortSignal): Promise<string> {
  try {
    const response = await fetch(`http://${host}/computeMetadata/v1/${path}`, {
      headers: { 'Metadata-Flavor': 'Google' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]),
    });
    if (response.ok) return await response.text();
    throw new Fault('credentials', `the metadata server answers ${response.status}`);
  } catch (error) {
    throwIfCancelled(signal);
    if (error instanceof Fault) throw error;
    throw new Fault('unavailable', `the metadata server does not answer`);
  }
}
