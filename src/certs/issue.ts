import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import forge from 'node-forge';
import { MachineError } from '../errors.js';
import type { KeyPair } from '../record.js';
import { assemble, type Attribute, type NewKey } from './assemble.js';
import type { Certificates, Validity } from './certificates.js';
import { flaw, inspect } from './inspect.js';
import { issuerOf } from './issuer.js';

const { asn1 } = forge;
/** docker-machine's size, for the keys that other clients read: some of them know nothing but RSA in PKCS#1. */
const RSA_BITS = 2048;
/** Of server keys, which only the engine reads: made in a thousandth of the time of an RSA key. */
const SERVER_CURVE = 'P-256';
/** The longest common name and organization (RFC 5280, ub-common-name). */
const LONGEST_NAME = 64;

/** Keys and signatures are node:crypto's; node-forge only puts the fields together. */
export const certificates: Certificates = {
  async createKey() {
    return pem((await newServerKey()).privateKey);
  },

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
    const certificate = assemble({ key, subject, validity, extensions });
    return { certificate, privateKey: pem(key.privateKey) };
  },

  async issueServer(authority, { names, organization, validity, privateKey }) {
    const key = privateKey === undefined ? await newServerKey() : keyOf(privateKey);
    // Only an RSA key can encipher another (RFC 8446 and RFC 5480 §3).
    const keyEncipherment = key.privateKey.asymmetricKeyType === 'rsa';
    return issue(authority, key, {
      organization,
      commonName: names[0] ?? organization,
      validity,
      usage: { digitalSignature: true, keyEncipherment, keyAgreement: true },
      purpose: 'serverAuth',
      names,
    });
  },

  async issueClient(authority, organization, validity) {
    return issue(authority, await newKey(), {
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

function issue(
  authority: KeyPair,
  key: NewKey,
  { organization, commonName, validity, usage, purpose, names }: Leaf,
): KeyPair {
  const altNames = names.map(altName);
  const issuer = issuerOf(authority);
  const extensions = [
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', critical: true, ...usage },
    { name: 'extKeyUsage', [purpose]: true },
    ...(altNames.length > 0 ? [{ name: 'subjectAltName', altNames }] : []),
  ];
  const certificate = assemble({ key, subject: nameOf(organization, commonName), validity, extensions, issuer });
  return { certificate, privateKey: pem(key.privateKey) };
}

function newKey(): Promise<NewKey> {
  return promisify(generateKeyPair)('rsa', { modulusLength: RSA_BITS });
}

function newServerKey(): Promise<NewKey> {
  return promisify(generateKeyPair)('ec', { namedCurve: SERVER_CURVE });
}

function keyOf(text: string): NewKey {
  const privateKey = createPrivateKey(text);
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

/** By node:crypto's name of the key type; PKCS#1 as docker-machine and its readers have it. */
const FORMATS: Readonly<Record<string, 'pkcs1' | 'sec1'>> = { rsa: 'pkcs1', ec: 'sec1' };

function pem(key: KeyObject): string {
  const type = FORMATS[key.asymmetricKeyType ?? ''] ?? 'pkcs8';
  return key.export({ type, format: 'pem' }).toString();
}

function nameOf(organization: string, commonName: string): Attribute[] {
  // UTF8String for both: user names may hold anything.
  const utf8 = asn1.Type.UTF8 as unknown as forge.asn1.Class;
  const field = (name: string, value: string): Attribute => ({
    name,
    // By characters, so that none is cut in two.
    value: [...value].slice(0, LONGEST_NAME).join(''),
    valueTagClass: utf8,
  });
  return [field('organizationName', organization), field('commonName', commonName)];
}

/** Types of RFC 5280's GeneralName: 2 is a DNS name, 7 an IP address. @throws MachineError BadOption for anything else */
function altName(name: string): { type: 2; value: string } | { type: 7; ip: string } {
  // A zone (fe80::1%eth0) means something on one computer only.
  if (isIP(name) !== 0 && !name.includes('%')) return { type: 7, ip: name };
  if (/^(\*\.)?[a-zA-Z0-9_]([a-zA-Z0-9_.-]{0,251}[a-zA-Z0-9_])?$/.test(name)) return { type: 2, value: name };
  throw new MachineError('BadOption', `a certificate cannot be for "${name}": neither an address nor a host name`);
}
