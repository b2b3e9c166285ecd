import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MachineError, systemCode } from '../errors.js';

/** An ed25519 key of the store, by which images that were built here are known again. */
export interface SigningKey {
  readonly private: KeyObject;
  readonly public: KeyObject;
}

/** The store's key, made on the first call; of two processes that make one at once the first one's counts. */
export async function signingKey(store: string): Promise<SigningKey> {
  const path = keyPath(store);
  const known = await readKey(path);
  if (known) return known;
  await mkdir(join(store, 'os'), { recursive: true, mode: 0o700 });
  const made = generateKeyPairSync('ed25519');
  const own = `${path}.${randomBytes(8).toString('hex')}`;
  await writeFile(own, made.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flush: true });
  await link(own, path).catch((error: unknown) => {
    if (systemCode(error) !== 'EEXIST') throw error;
  });
  await rm(own, { force: true });
  return (await readKey(path)) ?? { private: made.privateKey, public: made.publicKey };
}

export function keyPath(store: string): string {
  return join(store, 'os', 'signing-key.pem');
}

/** The store's key if it has one: nothing is made for a look. @throws MachineError StoreCorrupt */
export async function readKey(path: string): Promise<SigningKey | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    const key = createPrivateKey(text);
    return { private: key, public: createPublicKey(key) };
  } catch (cause) {
    throw new MachineError('StoreCorrupt', 'the key that signs images of the OS cannot be read', {
      cause,
      suggestions: [`rm ${path}`, 'berth os build'],
    });
  }
}

/** As people hand it on: 32 bytes in base64. */
export function publicKeyText(key: KeyObject): string {
  return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64');
}

/** Whether the text is a key itself, and no file's name. */
export function isPublicKeyText(text: string): boolean {
  return /^[A-Za-z0-9+/]{43}=$/.test(text);
}

/** What publicKeyText gives, or PEM. @throws MachineError KeyUnusable */
export function parsePublicKey(text: string): KeyObject {
  const trimmed = text.trim();
  const point = Buffer.from(trimmed, 'base64').toString('base64url');
  try {
    if (/PRIVATE KEY-----/.test(trimmed)) throw new Error('it is a private key');
    const key = isPublicKeyText(trimmed)
      ? createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: point }, format: 'jwk' })
      : createPublicKey(trimmed);
    if (key.asymmetricKeyType !== 'ed25519') throw new Error(`it is of ${key.asymmetricKeyType}`);
    return key;
  } catch (cause) {
    throw new MachineError(
      'KeyUnusable',
      'a key that images are signed by is ed25519, as PEM or as 32 bytes in base64',
      {
        cause,
        suggestions: ['berth os key where the image was built'],
      },
    );
  }
}

/** One line, base64. */
export function sign(text: string, key: SigningKey): string {
  return `${signBytes(null, Buffer.from(text), key.private).toString('base64')}\n`;
}

export function isSignedBy(text: string, signature: string, key: KeyObject): boolean {
  return verifyBytes(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
}
