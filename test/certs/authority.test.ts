import '../helpers/realm.js';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { certificates } from '../../src/certs/issue.js';
import type { KeyPair } from '../../src/record.js';
import { VALID } from '../helpers/certificates.js';
import { failureOf, told } from '../helpers/failure.js';
import { testFolder } from '../helpers/folder.js';
import { itAsksOpenssl, openssl } from './openssl.js';

const EC = (curve: string) => ['-newkey', 'ec', '-pkeyopt', `ec_paramgen_curve:${curve}`];
const CA = ['-addext', 'keyUsage=critical,keyCertSign,cRLSign'];

/** An authority as openssl makes it, below this folder. */
async function foreign(folder: string, key: readonly string[], subject = '/O=Example/CN=Example CA'): Promise<KeyPair> {
  const [out, keyout] = [join(folder, 'ca.pem'), join(folder, 'ca-key.pem')];
  const form = ['-x509', '-nodes', '-days', '30', '-utf8', '-multivalue-rdn', '-subj', subject];
  await openssl('req', ...form, ...key, ...CA, '-out', out, '-keyout', keyout);
  return { certificate: await readFile(out, 'utf8'), privateKey: await readFile(keyout, 'utf8') };
}

/** What strict openssl says of a server certificate by this authority. */
async function verdict(folder: string, authority: KeyPair): Promise<string> {
  const server = await certificates.issueServer(authority, {
    names: ['web-1', '127.0.0.1'],
    organization: 'alice.web-1',
    validity: VALID,
  });
  const [ca, leaf] = [join(folder, 'authority.pem'), join(folder, 'server.pem')];
  await Promise.all([writeFile(ca, authority.certificate), writeFile(leaf, server.certificate)]);
  return openssl('verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', ca, leaf);
}

const KINDS = {
  'RSA 3072': ['-newkey', 'rsa:3072'],
  'EC P-256': EC('P-256'),
  'EC P-384': EC('P-384'),
  'EC P-521': EC('P-521'),
  Ed25519: ['-newkey', 'ed25519'],
};

describe('an authority', () => {
  for (const [kind, key] of Object.entries(KINDS)) {
    itAsksOpenssl(`of somebody else signs with a key of the kind ${kind}`, async () => {
      using folder = testFolder();
      const authority = await foreign(folder.path, key);

      const said = await verdict(folder.path, authority);

      expect(said).toBe(`${join(folder.path, 'server.pem')}: OK\n`);
    });
  }

  for (const subject of ['/O=Jürgen/CN=Zertifikate «Süd»', '/C=DE+ST=Saarland/O=Example/CN=a+UID=b', '/CN=only']) {
    itAsksOpenssl(`of somebody else may be called ${subject}`, async () => {
      using folder = testFolder();
      const authority = await foreign(folder.path, EC('P-256'), subject);

      const said = await verdict(folder.path, authority);

      expect(said).toBe(`${join(folder.path, 'server.pem')}: OK\n`);
    });
  }

  itAsksOpenssl("of berth's own may belong to a user of any name", async () => {
    using folder = testFolder();
    const authority = await certificates.createAuthority('Jürgen & Søn 🚢', VALID);

    const said = await verdict(folder.path, authority);

    expect(said).toBe(`${join(folder.path, 'server.pem')}: OK\n`);
  });

  itAsksOpenssl('may bring its key in any PEM form', async () => {
    using folder = testFolder();
    const authority = await foreign(folder.path, EC('P-256'));
    const key = join(folder.path, 'ca-key.pem');
    const sec1 = await openssl('ec', '-in', key);

    const said = await verdict(folder.path, { ...authority, privateKey: sec1 });

    expect(authority.privateKey.split('\n')[0]).toBe('-----BEGIN PRIVATE KEY-----');
    expect(sec1).toContain('-----BEGIN EC PRIVATE KEY-----');
    expect(said).toBe(`${join(folder.path, 'server.pem')}: OK\n`);
  });

  itAsksOpenssl('without a key identifier gives none to its certificates', async () => {
    using folder = testFolder();
    const without = ['-addext', 'subjectKeyIdentifier=none', '-addext', 'authorityKeyIdentifier=none'];
    const authority = await foreign(folder.path, [...EC('P-256'), ...without]);

    const client = await certificates.issueClient(authority, 'alice', VALID);

    const leaf = new X509Certificate(client.certificate);
    // OIDs 2.5.29.14 and 2.5.29.35.
    expect(leaf.raw.toString('hex')).toMatch(/0603551d0e/);
    expect(leaf.raw.toString('hex')).not.toMatch(/0603551d23/);
    expect(leaf.checkIssued(new X509Certificate(authority.certificate))).toBe(true);
  });

  it('whose key is of a kind that engines do not take is refused', async () => {
    const { certificate } = await certificates.createAuthority('alice', VALID);
    const { privateKey } = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
    const pair = { certificate, privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };

    const failure = await failureOf(certificates.issueClient(pair, 'alice', VALID));

    expect(told(failure)).toEqual({
      code: 'CertificateInvalid',
      message: 'the certificate authority\'s key is of the type "rsa-pss", want rsa, ec, ed25519',
      exitCode: 2,
    });
  });

  it.each([
    ['certificate is no certificate', (pair: KeyPair) => ({ ...pair, certificate: 'nonsense' })],
    ['key is no key', (pair: KeyPair) => ({ ...pair, privateKey: 'nonsense' })],
    ['key is encrypted', (pair: KeyPair) => ({ ...pair, privateKey: encrypted() })],
  ])('is refused when its %s', async (_what, spoil) => {
    const authority = spoil(await certificates.createAuthority('alice', VALID));

    const failure = await failureOf(
      certificates.issueServer(authority, { names: ['web-1'], organization: 'alice', validity: VALID }),
    );

    expect(told(failure)).toEqual({
      code: 'CertificateInvalid',
      message: "the certificate authority's certificate or key cannot be read",
      exitCode: 2,
    });
    expect(failure.cause).toBeInstanceOf(Error);
  });
});

function encrypted(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' }).toString();
}
