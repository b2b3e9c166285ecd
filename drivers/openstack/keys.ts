import { isFault } from '../../src/cloud/fault.js';
import { resourceName } from '../../src/cloud/owner.js';
import type { NewHost } from '../../src/driver.js';
import { segment, type Api } from './client.js';
import type { OpenstackOptions } from './options.js';
import { described } from './tags.js';

/** The name of the machine's own key pair; '' where the user has named one. */
export function keyNameOf(host: NewHost<OpenstackOptions>): string {
  return host.options['keypair-name'] ? '' : resourceName(host);
}

/** Key pairs have neither tags nor descriptions: the comment of the public key says whose it is. Names are unique. */
export async function ensureKey(host: NewHost<OpenstackOptions>, name: string, api: Api): Promise<void> {
  const [type = '', bytes = ''] = host.publicKey.trim().split(' ');
  const keypair = { name, public_key: `${type} ${bytes} ${described(host)}` };
  try {
    await api.post('compute', '/os-keypairs', { keypair }, 'repeatable');
  } catch (error) {
    if (!isFault(error, 'conflict')) throw error;
  }
}

export async function removeKey(name: string, api: Api): Promise<void> {
  await api.remove('compute', `/os-keypairs/${segment(name)}`);
}
