import { createHash } from 'node:crypto';
import { isFault } from '../../src/cloud/fault.js';
import { object, text } from '../../src/cloud/found.js';
import type { NewHost } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import { idOf, type Api } from './client.js';
import type { DropletOptions } from './options.js';
import { ownName } from './owner.js';
import { fileText } from './settings.js';

/** The key that is let in: one that the account has, or one to give to it. */
export type WantedKey = { readonly existing: string } | { readonly publicKey: string; readonly fingerprint: string };

/**
 * DigitalOcean sends a password that has to be changed to whoever makes a droplet without an SSH key, so there always is one:
 * the user's where one is named, else the login key that berth made.
 * @throws MachineError BadOption, CheckFailed
 */
export async function keyOf(host: Pick<NewHost<DropletOptions>, 'options' | 'publicKey'>): Promise<WantedKey> {
  const existing = host.options['ssh-key-fingerprint'] ?? '';
  if (existing !== '') return { existing: checked(existing) };
  const path = host.options['ssh-key-path'] ?? '';
  const publicKey = (path === '' ? host.publicKey : await fileText(`${path}.pub`, 'public key')).trim();
  return { publicKey, fingerprint: fingerprintOf(publicKey) };
}

function checked(text: string): string {
  if (/^([0-9a-f]{2}(:[0-9a-f]{2}){15}|\d{1,15})$/i.test(text)) return text.toLowerCase();
  const shown = text.length > 20 ? `${text.slice(0, 20)}…` : text;
  throw new MachineError('BadOption', `option --digitalocean-ssh-key-fingerprint wants MD5 pairs, got "${shown}"`, {
    suggestions: ['doctl compute ssh-key list', 'ssh-keygen -E md5 -lf ~/.ssh/id_ed25519.pub'],
  });
}

/** As DigitalOcean shows it: MD5 of the key's bytes, in pairs. */
export function fingerprintOf(publicKey: string): string {
  const bytes = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
  return (createHash('md5').update(bytes).digest('hex').match(/../g) ?? []).join(':');
}

/** Listing keys is allowed ten times a minute; asking for one is not limited so. */
export async function findKey(
  fingerprint: string,
  api: Api,
): Promise<{ readonly id: number; readonly name: string } | undefined> {
  const found = await api.find(`/account/keys/${fingerprint}`, 'ssh_key');
  return found && { id: idOf(found), name: text(found['name']) };
}

/** Makes the key, or finds what an earlier call or somebody else has made: DigitalOcean takes no key twice. */
export async function ensureKey(
  host: NewHost<DropletOptions>,
  { publicKey, fingerprint }: { readonly publicKey: string; readonly fingerprint: string },
  api: Api,
): Promise<{ readonly id: number; readonly isOwn: boolean }> {
  const name = ownName(host);
  try {
    const { ssh_key: key } = await api.post('/account/keys', { name, public_key: publicKey });
    return { id: idOf(object(key)), isOwn: true };
  } catch (error) {
    if (!isFault(error, 'conflict')) throw error;
    const same = await findKey(fingerprint, api);
    if (!same) throw error;
    return { id: same.id, isOwn: same.name === name };
  }
}
