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
/** docker-machine's size; engines of every age take it. */
const RSA_BITS = 2048;
/** The longest common name and organization (RFC 5280, ub-common-name). */
const LONGEST_NAME = 64;

/** Keys and signatures are node:crypto's; node-forge only puts the fields together. */
export const certificates: Certificates = {
  async createKey() {
    return pem((await newKey()).privateKey);
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
    const usage = { digitalSignature: true, keyEncipherment: true, keyAgreement: true };
    return issue(authority, {
      organization,
      commonName: names[0] ?? organization,
      validity,
      usage,
      purpose: 'serverAuth',
      names,
      ...(privateKey === undefined ? {} : { privateKey }),
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
  readonly privateKey?: string;
}

async function issue(
  authority: KeyPair,
  { organization, commonName, validity, usage, purpose, names, privateKey }: Leaf,
): Promise<KeyPair> {
  const altNames = names.map(altName);
  const issuer = issuerOf(authority);
  const key = privateKey === undefined ? await newKey() : keyOf(privateKey);
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

function keyOf(text: string): NewKey {
  const privateKey = createPrivateKey(text);
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

/** PKCS#1, as docker-machine and its readers have it. */
function pem(key: KeyObject): string {
  return key.export({ type: 'pkcs1', format: 'pem' }).toString();
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
