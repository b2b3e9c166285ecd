import '../helpers/realm.js';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { certificates } from '../../src/certs/issue.js';
import type { KeyPair } from '../../src/record.js';
import { VALID } from '../helpers/certificates.js';
import { failureOf, told } from '../helpers/failure.js';
import { testFolder } from '../helpers/folder.js';
import { itAsksOpenssl, openssl } from './openssl.js';

const NAMES = ['web-1', 'web-1.example.com', '192.0.2.7', '2001:db8::7', 'localhost', '127.0.0.1'];

let authority: KeyPair;
let client: KeyPair;
let server: KeyPair;

beforeAll(async () => {
  authority = await certificates.createAuthority('alice', VALID);
  client = await certificates.issueClient(authority, 'alice.<bootstrap>', VALID);
  server = await certificates.issueServer(authority, { names: NAMES, organization: 'alice.web-1', validity: VALID });
});

const read = ({ certificate }: KeyPair) => new X509Certificate(certificate);

describe('issued certificates', () => {
  it('take a key that was made before', async () => {
    const privateKey = await certificates.createKey();

    const pair = await certificates.issueServer(authority, {
      names: NAMES,
      organization: 'alice.web-1',
      validity: VALID,
      privateKey,
    });

    expect(pair.privateKey).toBe(privateKey);
    expect(read(pair).checkPrivateKey(createPrivateKey(privateKey))).toBe(true);
    expect(read(server).checkPrivateKey(createPrivateKey(privateKey))).toBe(false);
  });

  it('carry an organization and a common name each', () => {
    const subjects = [authority, client, server].map((pair) => read(pair).subject);

    expect(subjects).toEqual([
      'O=alice\nCN=alice certificate authority',
      // Node escapes as RFC 2253 asks.
      'O=alice.\\<bootstrap\\>\nCN=alice.\\<bootstrap\\>',
      'O=alice.web-1\nCN=web-1',
    ]);
  });

  it('are for the host name, every address, localhost and 127.0.0.1', () => {
    const names = read(server).subjectAltName;

    expect(names).toBe(
      'DNS:web-1, DNS:web-1.example.com, IP Address:192.0.2.7, IP Address:2001:DB8:0:0:0:0:0:7, DNS:localhost, IP Address:127.0.0.1',
    );
    expect(NAMES.map((name) => read(server).checkHost(name) ?? read(server).checkIP(name))).toEqual(NAMES);
  });

  it('name the key of their issuer, and their own', async () => {
    const own = await Promise.all([authority, client, server].map((pair) => keyIdentifiers(pair)));

    const [ofAuthority, ofClient, ofServer] = own;
    expect(new Set(own.map(({ subject }) => subject)).size).toBe(3);
    expect(own.every(({ subject }) => /^([0-9A-F]{2}:){19}[0-9A-F]{2}$/.test(subject))).toBe(true);
    expect([ofAuthority, ofClient, ofServer].map((ids) => ids?.issuer)).toEqual(
      Array.from({ length: 3 }, () => ofAuthority?.subject),
    );
  });

  it.each([
    ['authority', () => authority, { ca: true, usage: undefined }],
    ['client', () => client, { ca: false, usage: ['1.3.6.1.5.5.7.3.2'] }],
    ['server', () => server, { ca: false, usage: ['1.3.6.1.5.5.7.3.1'] }],
  ] as const)('let the %s be nothing else', (_who, pair, { ca, usage }) => {
    const certificate = read(pair());

    expect(certificate.ca).toBe(ca);
    expect(certificate.keyUsage).toEqual(usage);
  });

  it.each([
    ['authority', () => authority],
    ['client', () => client],
  ] as const)('give the %s an RSA key of 2048 bits in PKCS#1, as docker-machine did', (_who, pair) => {
    const key = createPrivateKey(pair().privateKey);

    expect(pair().privateKey.split('\n')[0]).toBe('-----BEGIN RSA PRIVATE KEY-----');
    expect(key.asymmetricKeyType).toBe('rsa');
    expect(key.asymmetricKeyDetails).toEqual({ modulusLength: 2048, publicExponent: 65537n });
    expect(read(pair()).checkPrivateKey(key)).toBe(true);
  });

  it('give the server a key of P-256, which takes no time to make', () => {
    const key = createPrivateKey(server.privateKey);

    expect(server.privateKey.split('\n')[0]).toBe('-----BEGIN EC PRIVATE KEY-----');
    expect(key.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect(read(server).checkPrivateKey(key)).toBe(true);
  });

  it("take a server's key of docker-machine's kind as well", async () => {
    const { privateKey } = await certificates.issueClient(authority, 'alice', VALID);
    const wish = { names: NAMES, organization: 'alice.web-1', validity: VALID, privateKey };

    const pair = await certificates.issueServer(authority, wish);

    expect(pair.privateKey).toBe(privateKey);
    expect(certificates.flaw(pair, authority.certificate, VALID.from, NAMES)).toBeUndefined();
  });

  it('have serial numbers of 127 bits that never come again', async () => {
    const again = await certificates.issueClient(authority, 'alice.<bootstrap>', VALID);

    const serials = [authority, client, server, again].map((pair) => read(pair).serialNumber);
    expect(new Set(serials).size).toBe(4);
    expect(serials.filter((serial) => !/^[4-7][0-9A-F]{31}$/.test(serial))).toEqual([]);
  });

  it('are valid from the given moment for the given days', async () => {
    const from = new Date('2049-12-30T23:59:00Z');
    const pair = await certificates.issueClient(authority, 'alice', { from, days: 3 });

    expect(certificates.inspect(pair.certificate)).toMatchObject({
      notBefore: from,
      notAfter: new Date('2050-01-02T23:59:00Z'),
    });
  });

  it('hold any name of a user, cut to the 64 characters a name may have', async () => {
    const organization = `Jürgen ${'x'.repeat(56)}🚢 & Söhne`;
    const pair = await certificates.issueClient(authority, organization, VALID);

    const cut = [...organization].slice(0, 64).join('');
    expect(read(pair).subject).toBe(`O=${cut}\nCN=${cut}`);
  });

  it.each(['web 1', '', 'a/b', '*.*.example.com', 'fe80::1%eth0', 'x'.repeat(254)])(
    'are refused for %j, which nobody can connect to',
    async (name) => {
      const failure = await failureOf(
        certificates.issueServer(authority, { names: [name], organization: 'alice', validity: VALID }),
      );

      expect(told(failure)).toEqual({
        code: 'BadOption',
        message: `a certificate cannot be for "${name}": neither an address nor a host name`,
        exitCode: 2,
      });
    },
  );

  itAsksOpenssl('form a chain that openssl accepts when strict', async () => {
    using folder = testFolder();
    const [ca, ofClient, ofServer] = await Promise.all(
      [authority, client, server].map(async ({ certificate }, index) => {
        const path = join(folder.path, `${index}.pem`);
        await writeFile(path, certificate);
        return path;
      }),
    );

    const strict = ['verify', '-x509_strict', '-check_ss_sig', '-CAfile', ca ?? ''];
    const said = await Promise.all([
      openssl(...strict, '-purpose', 'sslclient', ofClient ?? ''),
      openssl(...strict, '-purpose', 'sslserver', ofServer ?? ''),
      openssl(...strict, '-verify_ip', '2001:db8::7', ofServer ?? ''),
      openssl(...strict, '-verify_hostname', 'localhost', ofServer ?? ''),
      openssl(...strict, ca ?? ''),
    ]);

    expect(said).toEqual([ofClient, ofServer, ofServer, ofServer, ca].map((path) => `${path}: OK\n`));
  });
});

/** In openssl's spelling; RFC 5280 §4.2.1.1 and §4.2.1.2. */
async function keyIdentifiers({ certificate }: KeyPair): Promise<{ subject: string; issuer: string }> {
  // 04 14 <20 bytes> behind OID 2.5.29.14; 30 16 80 14 <20 bytes> behind OID 2.5.29.35.
  const der = new X509Certificate(certificate).raw.toString('hex').toUpperCase();
  const found = (prefix: string): string =>
    (new RegExp(`${prefix}([0-9A-F]{40})`).exec(der)?.[1] ?? '').replace(/..(?!$)/g, '$&:');
  return { subject: found('0603551D0E04160414'), issuer: found('0603551D23041830168014') };
}
