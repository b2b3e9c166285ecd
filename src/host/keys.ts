import { createHash, createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import ssh2 from 'ssh2';
import type { ParsedKey } from 'ssh2';
import { MachineError } from '../errors.js';
import type { SshKeyPair } from './host.js';

/** Written here and not by ssh2, whose generator makes an unreadable key once in 250 (mscdex/ssh2#1390). */
export function generateKeyPair(comment: string): SshKeyPair {
  if (/[\r\n\0]/.test(comment)) throw new Error('the comment of a key cannot hold a line break');
  const { privateKey } = generateKeyPairSync('ed25519');
  return openSshPair(privateKey.export({ format: 'jwk' }), comment);
}

/** `SHA256:` and base64 without padding, as OpenSSH shows it. */
export function fingerprint(publicKeyLine: string): string {
  const blob = publicKeyLine.trim().split(/\s+/)[1];
  if (!blob) throw new MachineError('KeyUnusable', `this is no public key: "${publicKeyLine.trim().slice(0, 40)}"`);
  return fingerprintOf(Buffer.from(blob, 'base64'));
}

/** The same of a key as it travels. */
export function fingerprintOf(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** ssh2's parser, and PKCS#8, which it does not know. */
export function parsePrivateKey(text: string | Buffer, passphrase?: string): ParsedKey | Error {
  const pem = text.toString();
  try {
    return /-BEGIN (ENCRYPTED )?PRIVATE KEY-/.test(pem)
      ? parseText(fromPkcs8(pem, passphrase))
      : parseText(pem, passphrase);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

export function needsPassphrase(error: Error): boolean {
  return /no passphrase given/i.test(error.message) || ('code' in error && error.code === 'ERR_MISSING_PASSPHRASE');
}

function parseText(pem: string, passphrase?: string): ParsedKey | Error {
  // For several keys in one file the parser returns a list, which its types do not say.
  const parsed = [ssh2.utils.parseKey(pem, passphrase)].flat()[0];
  if (parsed === undefined || parsed instanceof Error) return parsed ?? new Error('the file holds no key');
  return parsed.isPrivateKey() ? parsed : new Error('the file holds a public key');
}

function fromPkcs8(pem: string, passphrase?: string): string {
  const key = createPrivateKey(passphrase === undefined ? pem : { key: pem, passphrase });
  if (key.asymmetricKeyType === 'ed25519') return openSshPair(key.export({ format: 'jwk' }), '').privateKey;
  const type = key.asymmetricKeyType === 'ec' ? 'sec1' : 'pkcs1';
  return key.export({ format: 'pem', type }).toString();
}

/** The layout is OpenSSH's PROTOCOL.key. */
function openSshPair(jwk: { d?: string; x?: string }, comment: string): SshKeyPair {
  const seed = Buffer.from(jwk.d ?? '', 'base64url');
  const point = Buffer.from(jwk.x ?? '', 'base64url');
  const publicBlob = Buffer.concat([field('ssh-ed25519'), field(point)]);
  const check = randomBytes(4);
  const secret = Buffer.concat([check, check, publicBlob, field(Buffer.concat([seed, point])), field(comment)]);
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7].slice(0, (8 - (secret.length % 8)) % 8));
  const whole = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    Buffer.from([0, 0, 0, 1]),
    field(publicBlob),
    field(Buffer.concat([secret, padding])),
  ]);
  const lines = whole.toString('base64').match(/.{1,70}/g) ?? [];
  const label = 'OPENSSH PRIVATE KEY';
  return {
    privateKey: `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`,
    publicKey: `ssh-ed25519 ${publicBlob.toString('base64')}${comment === '' ? '' : ` ${comment}`}`,
  };
}

/** A string of the SSH protocol: its length in four bytes, then itself (RFC 4251 §5). */
function field(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
