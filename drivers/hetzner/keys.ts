import { createHash } from 'node:crypto';
import { isFault } from '../../src/cloud/fault.js';
import { object } from '../../src/cloud/found.js';
import { resourceName, TAG } from '../../src/cloud/owner.js';
import type { NewHost } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import { idOf, labelsOf, type Api } from './client.js';
import type { HetznerOptions } from './options.js';
import { fileText, idIn } from './settings.js';

/** A key of the project; `isOwn` when it was made for this machine. */
export interface Key {
  readonly id: number;
  readonly isOwn: boolean;
}

export interface WantedKey {
  readonly name: string;
  readonly publicKey: string;
}

/**
 * Hetzner sends a password that has to be changed to whoever makes a server without an SSH key, so there always is one: the
 * user's where one is named, else the login key that berth made.
 * @throws MachineError BadOption, CheckFailed
 */
export async function keysOf(host: NewHost<HetznerOptions>): Promise<readonly WantedKey[]> {
  const { options, publicKey } = host;
  const path = options['existing-key-path'];
  const name = resourceName(host);
  const main = path === undefined ? publicKey : await fileText(`${path}.pub`, 'public key');
  const isThere = idIn(options['existing-key-id'], 'existing-key-id') !== 0;
  return [
    ...(isThere ? [] : [{ name, publicKey: main.trim() }]),
    ...options['additional-key'].map((text, index) => ({
      name: `${name}-additional-${index}`,
      publicKey: checked(text.trim()),
    })),
  ];
}

function checked(publicKey: string): string {
  if (/^(ssh|ecdsa|sk)-[a-z0-9@.-]+ [A-Za-z0-9+/]+=*( .*)?$/.test(publicKey)) return publicKey;
  const shown = publicKey.length > 20 ? `${publicKey.slice(0, 20)}…` : publicKey;
  throw new MachineError('BadOption', `option --hetzner-additional-key wants a public key, got "${shown}"`, {
    suggestions: ['--hetzner-additional-key "$(cat ~/.ssh/id_ed25519.pub)"'],
  });
}

/** As Hetzner shows it: MD5 of the key's bytes, in pairs. */
export function fingerprintOf(publicKey: string): string {
  const bytes = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
  return (createHash('md5').update(bytes).digest('hex').match(/../g) ?? []).join(':');
}

/** Makes the key, or finds what an earlier call or somebody else has made: Hetzner takes no key twice. */
export async function ensureKey(
  { name, publicKey }: WantedKey,
  labels: Readonly<Record<string, string>>,
  api: Api,
): Promise<Key> {
  try {
    const { ssh_key: key } = await api.post('/ssh_keys', { name, public_key: publicKey, labels });
    return { id: idOf(object(key)), isOwn: true };
  } catch (error) {
    if (!isFault(error, 'conflict') || error.code !== 'uniqueness_error') throw error;
    const [same] = await api.list('ssh_keys', { fingerprint: fingerprintOf(publicKey) });
    if (!same) throw error;
    return { id: idOf(same), isOwn: labelsOf(same)[TAG.id] === labels[TAG.id] };
  }
}
