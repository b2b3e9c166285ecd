import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import forge from 'node-forge';
import { MachineError } from '../errors.js';
import type { KeyPair } from '../record.js';

const { asn1 } = forge;

export interface Issuer {
  /** The name as it stands in the issuer's own certificate. */
  readonly subject: forge.asn1.Asn1;
  readonly key: KeyObject;
  /** The issuer's own key identifier, if its certificate has one; raw bytes. */
  readonly keyId?: string;
}

/**
 * Its key may be of any kind in SIGNATURES; forge reads only RSA certificates, so the name is taken out of the DER.
 * @throws MachineError CertificateInvalid
 */
export function issuerOf(authority: KeyPair): Issuer {
  const issuer = parse(authority);
  signatureOf(issuer.key);
  return issuer;
}

function parse({ certificate, privateKey }: KeyPair): Issuer {
  try {
    const parsed = new X509Certificate(certificate);
    const der = asn1.fromDer(parsed.raw.toString('binary'));
    const tbs = (der.value as forge.asn1.Asn1[])[0]?.value as forge.asn1.Asn1[];
    const subject = tbs[SUBJECT];
    if (!subject) throw new Error('the certificate has no subject');
    const keyId = subjectKeyId(tbs);
    return { subject, key: createPrivateKey(privateKey), ...(keyId === undefined ? {} : { keyId }) };
  } catch (cause) {
    throw new MachineError('CertificateInvalid', "the certificate authority's certificate or key cannot be read", {
      cause,
    });
  }
}

/** The place in a TBSCertificate of version 3 (RFC 5280 §4.1). */
const SUBJECT = 5;
const SUBJECT_KEY_ID = '2.5.29.14';

function subjectKeyId(tbs: readonly forge.asn1.Asn1[]): string | undefined {
  const wrapped = tbs.find(({ tagClass, type }) => tagClass === asn1.Class.CONTEXT_SPECIFIC && Number(type) === 3);
  const extensions = (wrapped?.value as forge.asn1.Asn1[] | undefined)?.[0]?.value as forge.asn1.Asn1[] | undefined;
  for (const extension of extensions ?? []) {
    const parts = extension.value as forge.asn1.Asn1[];
    const oid = asn1.derToOid(bytesOf(parts[0]));
    if (oid === SUBJECT_KEY_ID) return bytesOf(asn1.fromDer(bytesOf(parts.at(-1))));
  }
  return undefined;
}

/** The content of a primitive value: one character a byte. */
export function bytesOf(value: forge.asn1.Asn1 | undefined): string {
  return typeof value?.value === 'string' ? value.value : '';
}

interface Signature {
  readonly oid: string;
  /** Undefined where the algorithm brings its own. */
  readonly digest: 'sha256' | undefined;
}

/** By node:crypto's name of the key type; what dockerd and its clients (Go's crypto/x509) verify. */
const SIGNATURES: Readonly<Record<string, Signature>> = {
  rsa: { oid: '1.2.840.113549.1.1.11', digest: 'sha256' },
  ec: { oid: '1.2.840.10045.4.3.2', digest: 'sha256' },
  ed25519: { oid: '1.3.101.112', digest: undefined },
};

/** How this key signs certificates. @throws MachineError CertificateInvalid */
export function signatureOf(key: KeyObject): Signature {
  const type = key.asymmetricKeyType ?? 'unknown';
  const signature = SIGNATURES[type];
  if (signature) return signature;
  throw new MachineError(
    'CertificateInvalid',
    `the certificate authority's key is of the type "${type}", want ${Object.keys(SIGNATURES).join(', ')}`,
  );
}
