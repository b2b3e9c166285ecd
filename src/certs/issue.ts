import { createPrivateKey, generateKeyPair, randomBytes, sign, type KeyObject, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import forge from 'node-forge';
import { MachineError } from '../errors.js';
import type { KeyPair } from '../record.js';
import type { Certificates, Validity } from './certificates.js';
import { flaw, inspect } from './inspect.js';

const { asn1, pki } = forge;
/** What forge's type declarations leave out. */
const fullPki = pki as unknown as {
  getTBSCertificate(unsigned: forge.pki.Certificate): forge.asn1.Asn1;
  RDNAttributesAsArray(rdn: forge.asn1.Asn1): forge.pki.CertificateField[];
};

/** docker-machine's size; engines of every age take it. */
const RSA_BITS = 2048;
/** The longest common name and organization (RFC 5280, ub-common-name). */
const LONGEST_NAME = 64;
const SHA256_WITH_RSA = '1.2.840.113549.1.1.11';
const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';

/** Keys and signatures are node:crypto's; node-forge only puts the fields together. */
export const certificates: Certificates = {
  async createAuthority(organization, validity) {
    const key = await newKey();
    const subject = nameOf(organization, `${organization} certificate authority`);
    const extensions = [
      { name: 'basicConstraints', cA: true, critical: true },
      {
        name: 'keyUsage',
        critical: true,
        digitalSignature: true,
        keyEncipherment: true,
        keyAgreement: true,
        keyCertSign: true,
      },
    ];
    const certificate = assemble({ key, subject, validity, extensions, issuer: { subject, key: key.privateKey } });
    return { certificate, privateKey: pem(key.privateKey) };
  },

  async issueServer(authority, names, organization, validity) {
    const usage = { digitalSignature: true, keyEncipherment: true, keyAgreement: true };
    return issue(authority, {
      organization,
      commonName: names[0] ?? organization,
      validity,
      usage,
      purpose: 'serverAuth',
      names,
    });
  },

  async issueClient(authority, organization, validity) {
    return issue(authority, {
      organization,
      commonName: organization,
      validity,
      usage: { digitalSignature: true },
      purpose: 'clientAuth',
      names: [],
    });
  },

  inspect,
  flaw,
};

interface Leaf {
  readonly organization: string;
  readonly commonName: string;
  readonly validity: Validity;
  readonly usage: Readonly<Record<string, boolean>>;
  readonly purpose: 'serverAuth' | 'clientAuth';
  readonly names: readonly string[];
}

async function issue(
  authority: KeyPair,
  { organization, commonName, validity, usage, purpose, names }: Leaf,
): Promise<KeyPair> {
  const altNames = names.map(altName);
  const issuer = issuerOf(authority);
  const key = await newKey();
  const extensions = [
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', critical: true, ...usage },
    { name: 'extKeyUsage', [purpose]: true },
    ...(altNames.length > 0 ? [{ name: 'subjectAltName', altNames }] : []),
  ];
  const certificate = assemble({ key, subject: nameOf(organization, commonName), validity, extensions, issuer });
  return { certificate, privateKey: pem(key.privateKey) };
}

interface NewKey {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

function newKey(): Promise<NewKey> {
  return promisify(generateKeyPair)('rsa', { modulusLength: RSA_BITS });
}

/** PKCS#1, as docker-machine and its readers have it. */
function pem(key: KeyObject): string {
  return key.export({ type: 'pkcs1', format: 'pem' }).toString();
}

type Attribute = forge.pki.CertificateField;

function nameOf(organization: string, commonName: string): Attribute[] {
  // UTF8String for both: user names may hold anything.
  const utf8 = asn1.Type.UTF8 as unknown as forge.asn1.Class;
  const field = (name: string, value: string): Attribute => ({
    name,
    value: value.slice(0, LONGEST_NAME),
    valueTagClass: utf8,
  });
  return [field('organizationName', organization), field('commonName', commonName)];
}

interface Issuer {
  readonly subject: Attribute[];
  readonly key: KeyObject;
  /** The issuer's own key identifier, if its certificate has one; raw bytes. */
  readonly keyId?: string;
}

/** The authority's key may be of any kind; forge reads only RSA certificates, so the name is taken out of the DER. */
function issuerOf({ certificate, privateKey }: KeyPair): Issuer {
  try {
    const parsed = new X509Certificate(certificate);
    const der = asn1.fromDer(parsed.raw.toString('binary'));
    const tbs = (der.value as forge.asn1.Asn1[])[0]?.value as forge.asn1.Asn1[];
    const subject = tbs[5];
    if (!subject) throw new Error('the certificate has no subject');
    const keyId = subjectKeyId(tbs);
    return {
      subject: fullPki.RDNAttributesAsArray(subject),
      key: createPrivateKey(privateKey),
      ...(keyId === undefined ? {} : { keyId }),
    };
  } catch (cause) {
    throw new MachineError('CertificateInvalid', "the certificate authority's certificate or key cannot be read", {
      cause,
    });
  }
}

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
function bytesOf(value: forge.asn1.Asn1 | undefined): string {
  return typeof value?.value === 'string' ? value.value : '';
}

interface Parts {
  readonly key: NewKey;
  readonly subject: Attribute[];
  readonly validity: Validity;
  readonly extensions: readonly object[];
  readonly issuer: Issuer;
}

function assemble({ key, subject, validity, extensions, issuer }: Parts): string {
  const certificate = pki.createCertificate();
  certificate.publicKey = pki.publicKeyFromPem(key.publicKey.export({ type: 'spki', format: 'pem' }).toString());
  certificate.serialNumber = serialNumber();
  certificate.validity.notBefore = validity.from;
  certificate.validity.notAfter = new Date(validity.from.getTime() + validity.days * 86_400_000);
  certificate.setSubject(subject);
  certificate.setIssuer(issuer.subject);
  const keyIdentifier =
    issuer.keyId ?? (issuer.key === key.privateKey ? certificate.generateSubjectKeyIdentifier().getBytes() : undefined);
  certificate.setExtensions([
    ...extensions,
    { name: 'subjectKeyIdentifier' },
    ...(keyIdentifier === undefined ? [] : [{ name: 'authorityKeyIdentifier', keyIdentifier }]),
  ]);
  return signed(certificate, issuer.key);
}

/** Up to 128 random bits, positive and not zero (RFC 5280 §4.1.2.2). */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

function signed(certificate: forge.pki.Certificate, key: KeyObject): string {
  const isRsa = key.asymmetricKeyType === 'rsa';
  const oid = isRsa ? SHA256_WITH_RSA : ECDSA_WITH_SHA256;
  const withInfo = certificate as unknown as { signatureOid: string; siginfo: { algorithmOid: string } };
  withInfo.signatureOid = oid;
  withInfo.siginfo.algorithmOid = oid;
  const tbs = fullPki.getTBSCertificate(certificate);
  const algorithm = (tbs.value as forge.asn1.Asn1[])[2];
  if (!algorithm) throw new Error('a certificate without an algorithm');
  // ECDSA has no parameters, not even NULL (RFC 5758 §3.2).
  if (!isRsa) (algorithm.value as forge.asn1.Asn1[]).length = 1;
  const signature = sign('sha256', Buffer.from(asn1.toDer(tbs).getBytes(), 'binary'), key).toString('binary');
  const bits = asn1.create(asn1.Class.UNIVERSAL, asn1.Type.BITSTRING, false, `\0${signature}`);
  const whole = asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, [tbs, algorithm, bits]);
  return forge.pem.encode({ type: 'CERTIFICATE', body: asn1.toDer(whole).getBytes() }).replaceAll('\r\n', '\n');
}

/** Types of RFC 5280's GeneralName: 2 is a DNS name, 7 an IP address. @throws MachineError BadOption for anything else */
function altName(name: string): { type: 2; value: string } | { type: 7; ip: string } {
  if (isIP(name) !== 0) return { type: 7, ip: name };
  if (/^(\*\.)?[a-zA-Z0-9_]([a-zA-Z0-9_.-]{0,251}[a-zA-Z0-9_])?$/.test(name)) return { type: 2, value: name };
  throw new MachineError('BadOption', `a certificate cannot be for "${name}": neither an address nor a host name`);
}
