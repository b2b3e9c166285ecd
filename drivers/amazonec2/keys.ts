import { readFile } from 'node:fs/promises';
import { isFault } from '../../src/cloud/fault.js';
import { MachineError } from '../../src/errors.js';
import type { Ask } from './client.js';
import type { Ec2Machine } from './handle.js';
import { specification } from './tags.js';

/** The user's public key where one is named, else the login key that berth made. @throws MachineError CheckFailed */
export async function publicKeyOf(path: string | undefined, ours: string): Promise<string> {
  if (path === undefined) return ours;
  try {
    return (await readFile(`${path}.pub`, 'utf8')).trim();
  } catch (cause) {
    throw new MachineError('CheckFailed', `the public key cannot be read: "${path}.pub"`, {
      suggestions: [`ssh-keygen -y -f ${path} >${path}.pub`, 'Check --amazonec2-ssh-keypath'],
      cause,
    });
  }
}

/** The name holds the machine's id: a key pair of this name was made by a call whose answer was lost. */
export async function importKey(
  { keyName }: Pick<Ec2Machine, 'keyName'>,
  { publicKey, tags, ask }: { publicKey: string; tags: Readonly<Record<string, string>>; ask: Ask },
): Promise<void> {
  const PublicKeyMaterial = Buffer.from(publicKey);
  const TagSpecifications = specification('key-pair', tags);
  try {
    await ask((ec2, how) => ec2.importKeyPair({ KeyName: keyName, PublicKeyMaterial, TagSpecifications }, how));
  } catch (error) {
    if (!isFault(error, 'conflict')) throw error;
  }
}
