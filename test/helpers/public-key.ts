import { parsePrivateKey } from '../../src/host/keys.js';

/** The public line (type, base64, comment if the key holds one) of a private key in any common form. */
export function publicKeyOf(privateKeyPem: string): string {
  const parsed = parsePrivateKey(privateKeyPem);
  if (parsed instanceof Error) throw parsed;
  const line = `${parsed.type} ${parsed.getPublicSSH().toString('base64')}`;
  return parsed.comment ? `${line} ${parsed.comment}` : line;
}
