import { constants, createPrivateKey, randomUUID, sign, X509Certificate } from 'node:crypto';
import { MachineError } from '../../src/errors.js';

/** How long an assertion may be used, in seconds. */
const VALID_S = 600;

/**
 * What proves that this is the application whose certificate Entra knows: a JSON Web Token signed with the certificate's key
 * (learn.microsoft.com, "Microsoft identity platform application authentication certificate credentials").
 * @throws MachineError CredentialsMissing for a file that holds no certificate with its key
 */
export function clientAssertion(
  { pem, path, passphrase }: { readonly pem: string; readonly path: string; readonly passphrase?: string },
  { clientId, audience, now }: { readonly clientId: string; readonly audience: string; readonly now: Date },
): string {
  const { thumbprint, key } = opened();
  const seconds = Math.floor(now.getTime() / 1000);
  const header = { alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint };
  const claims = {
    ...{ aud: audience, iss: clientId, sub: clientId, jti: randomUUID() },
    ...{ nbf: seconds - 60, iat: seconds, exp: seconds + VALID_S },
  };
  const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  return `${signed}.${sign('sha256', Buffer.from(signed), { key, ...padding }).toString('base64url')}`;

  function opened(): { thumbprint: string; key: ReturnType<typeof createPrivateKey> } {
    try {
      const fingerprint = new X509Certificate(pem).fingerprint256.replaceAll(':', '');
      const block = /-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?-----END [A-Z ]*PRIVATE KEY-----/.exec(pem)?.[0] ?? '';
      return {
        thumbprint: Buffer.from(fingerprint, 'hex').toString('base64url'),
        key: createPrivateKey({ key: block, format: 'pem', ...(passphrase ? { passphrase } : {}) }),
      };
    } catch {
      // The system's words could quote the file.
      throw new MachineError('CredentialsMissing', 'no RSA certificate with its key is in the file to log in with', {
        suggestions: [
          `Put both as PEM into ${path}`,
          'Set AZURE_CLIENT_CERTIFICATE_PASSWORD for a key with a passphrase',
        ],
      });
    }
  }
}
