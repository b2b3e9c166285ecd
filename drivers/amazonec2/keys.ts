import { readFile } from 'node:fs/promises';
import { isFault } from '../../src/cloud/fault.js';
import { TAG } from '../../src/cloud/owner.js';
import { MachineError } from '../../src/errors.js';
import type { Ask, Context } from './client.js';
import { settled } from './groups.js';
import type { Ec2Machine } from './handle.js';
import { specification, tagsIn } from './tags.js';

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

interface KeyRequest {
  readonly publicKey: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly ask: Ask;
  readonly context: Context;
}

/** Makes the machine's key pair where it needs one, on record before and after. */
export async function ensureKey(
  machine: Ec2Machine,
  { publicKey, tags, ask, context }: KeyRequest,
): Promise<Ec2Machine> {
  const { keyName: KeyName, keyId: known, ownsKey } = machine;
  if (!ownsKey || known !== '') return machine;
  await context.keep({ ...machine, pending: 'key' });
  const TagSpecifications = specification('key-pair', tags);
  const request = { KeyName, PublicKeyMaterial: Buffer.from(publicKey), TagSpecifications };
  const importing = ask((ec2, how) => ec2.importKeyPair(request, how)).then(({ KeyPairId: id = '' }) => id);
  const keyId = await importing.catch(async (error: unknown) => {
    if (!isFault(error, 'conflict')) throw error;
    return idOfOwn(machine, { ask, context, error });
  });
  const keyed: Ec2Machine = { ...machine, keyId, pending: '' };
  await context.keep(keyed);
  return keyed;
}

/** A key pair of this name exists: a lost answer's, which has our tag, or somebody else's, which stays theirs. */
async function idOfOwn(
  machine: Ec2Machine,
  { ask, context, error }: { ask: Ask; context: Context; error: Error },
): Promise<string> {
  const { keyName, id } = machine;
  const key = await settled(`key pair ${keyName}`, context, async () => {
    const { KeyPairs: keys = [] } = await ask((ec2, how) => ec2.describeKeyPairs({ KeyNames: [keyName] }, how));
    return keys[0];
  });
  if (key?.KeyPairId !== undefined && tagsIn(key.Tags)[TAG.id] === id) return key.KeyPairId;
  await context.keep({ ...machine, pending: '' });
  throw error;
}
