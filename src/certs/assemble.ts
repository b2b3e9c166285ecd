import { createHash, randomBytes, sign, type KeyObject } from 'node:crypto';
import forge from 'node-forge';
import type { Validity } from './certificates.js';
import { bytesOf, signatureOf, type Issuer } from './issuer.js';

const { asn1, pki } = forge;
/** What forge's type declarations leave out. */
const { getTBSCertificate } = pki as unknown as {
  getTBSCertificate: (unsigned: forge.pki.Certificate) => forge.asn1.Asn1;
};
const { fromDer } = asn1 as unknown as {
  fromDer: (bytes: string, options: { readonly decodeBitStrings: false }) => forge.asn1.Asn1;
};

/** Forge knows RSA keys only: whatever the key is, its own encoding takes this one's place before the signature is made. */
const PLACEHOLDER = pki.setRsaPublicKey(new forge.jsbn.BigInteger('3'), new forge.jsbn.BigInteger('3'));

export type Attribute = forge.pki.CertificateField;

export interface NewKey {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

interface Parts {
  readonly key: NewKey;
  readonly subject: Attribute[];
  readonly validity: Validity;
  readonly extensions: readonly object[];
  /** Without one the certificate is signed with its own key. */
  readonly issuer?: Issuer;
}

/** A signed certificate as PEM text. */
export function assemble({ key, subject, validity, extensions, issuer }: Parts): string {
  const der = key.publicKey.export({ type: 'spki', format: 'der' }).toString('binary');
  const keyInfo = fromDer(der, { decodeBitStrings: false });
  const keyId = keyIdOf(keyInfo);
  const certificate = pki.createCertificate();
  certificate.publicKey = PLACEHOLDER;
  certificate.generateSubjectKeyIdentifier = () => forge.util.createBuffer(keyId);
  certificate.serialNumber = serialNumber();
  certificate.validity.notBefore = validity.from;
  certificate.validity.notAfter = new Date(validity.from.getTime() + validity.days * 86_400_000);
  certificate.setSubject(subject);
  certificate.setIssuer(subject);
  const keyIdentifier = issuer ? issuer.keyId : keyId;
  certificate.setExtensions([
    ...extensions,
    { name: 'subjectKeyIdentifier' },
    ...(keyIdentifier === undefined ? [] : [{ name: 'authorityKeyIdentifier', keyIdentifier }]),
  ]);
  return signed(certificate, keyInfo, issuer ?? { key: key.privateKey });
}

/** The first way of RFC 5280 §4.2.1.2: SHA-1 of the bits of the key, without the count of unused ones; raw bytes. */
function keyIdOf(keyInfo: forge.asn1.Asn1): string {
  const bits = bytesOf((keyInfo.value as forge.asn1.Asn1[])[1]);
  return createHash('sha1')
    .update(Buffer.from(bits.slice(1), 'binary'))
    .digest('binary');
}

/** 16 bytes, of which 126 bits are random; positive and never zero (RFC 5280 §4.1.2.2). */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

/** Places in a TBSCertificate (RFC 5280 §4.1). */
const ALGORITHM = 2;
const ISSUER = 3;
const KEY_INFO = 6;

function signed(
  certificate: forge.pki.Certificate,
  keyInfo: forge.asn1.Asn1,
  { key, subject }: Pick<Issuer, 'key'> & Partial<Pick<Issuer, 'subject'>>,
): string {
  const { oid, digest } = signatureOf(key);
  const withInfo = certificate as unknown as { signatureOid: string; siginfo: { algorithmOid: string } };
  withInfo.signatureOid = oid;
  withInfo.siginfo.algorithmOid = oid;
  const tbs = getTBSCertificate(certificate);
  const fields = tbs.value as forge.asn1.Asn1[];
  const algorithm = fields[ALGORITHM];
  if (!algorithm) throw new Error('a certificate without an algorithm');
  // Only RSA has parameters; the others not even NULL (RFC 5758 §3.2, RFC 8410 §3).
  if (key.asymmetricKeyType !== 'rsa') (algorithm.value as forge.asn1.Asn1[]).length = 1;
  // Clients compare the two names byte by byte, so it is the authority's own encoding that goes in.
  if (subject) fields[ISSUER] = subject;
  fields[KEY_INFO] = keyInfo;
  const signature = sign(digest, Buffer.from(asn1.toDer(tbs).getBytes(), 'binary'), key).toString('binary');
  const bits = asn1.create(asn1.Class.UNIVERSAL, asn1.Type.BITSTRING, false, `\0${signature}`);
  const whole = asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, [tbs, algorithm, bits]);
  return forge.pem.encode({ type: 'CERTIFICATE', body: asn1.toDer(whole).getBytes() }).replaceAll('\r\n', '\n');
}
