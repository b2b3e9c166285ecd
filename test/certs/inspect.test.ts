import '../helpers/realm.js';
import { X509Certificate } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { flaw, inspect } from '../../src/certs/inspect.js';
import type { KeyPair } from '../../src/record.js';
import { testCertificates, VALID, type TestCertificates } from '../helpers/certificates.js';
import { failureOf, told } from '../helpers/failure.js';
import { testFolder } from '../helpers/folder.js';
import { itAsksOpenssl, openssl } from './openssl.js';

const FROM = new Date('2026-03-01T12:00:00Z');
const END = new Date('2026-03-11T12:00:00Z');
const NOW = new Date('2026-03-05T00:00:00Z');

let ours: TestCertificates;
let theirs: TestCertificates;
let server: KeyPair;

beforeAll(async () => {
  [ours, theirs] = await Promise.all([testCertificates(), testCertificates()]);
  const names = ['web-1', 'Web-1.Example.com', '192.0.2.7', '2001:db8::7'];
  server = await ours.server(names, { from: FROM, days: 10 });
});

describe('inspect', () => {
  it('tells subject, validity, names and fingerprint', () => {
    const facts = inspect(server.certificate);

    expect(facts).toEqual({
      subject: 'O=test, CN=web-1',
      notBefore: FROM,
      notAfter: END,
      names: ['web-1', 'Web-1.Example.com', '192.0.2.7', '2001:DB8:0:0:0:0:0:7'],
      fingerprint: new X509Certificate(server.certificate).fingerprint256.replaceAll(':', '').toLowerCase(),
    });
    expect(facts.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });

  it('finds no names where there are none', () => {
    expect(inspect(ours.client.certificate).names).toEqual([]);
  });

  it.each([
    ['no PEM', 'nonsense'],
    ['empty', ''],
    ['a key', () => server.privateKey],
    ['cut off', () => server.certificate.slice(0, 400)],
  ])('refuses a text that is %s', async (_what, text) => {
    const failure = await failureOf(() => inspect(typeof text === 'string' ? text : text()));

    expect(told(failure)).toEqual({
      code: 'CertificateInvalid',
      message: 'a file that should hold a certificate does not',
      exitCode: 2,
    });
  });
});

describe('flaw', () => {
  const of = (pair: KeyPair, at = NOW, names?: readonly string[]): string | undefined =>
    flaw(pair, ours.authority.certificate, at, names);

  it('finds none in a good pair', () => {
    expect(of(server)).toBeUndefined();
    expect(of(server, FROM)).toBeUndefined();
    expect(of(server, END)).toBeUndefined();
  });

  it('finds none in an authority that signed itself', () => {
    const { authority } = ours;

    expect(of(authority, new Date(VALID.from.getTime() + 1000))).toBeUndefined();
  });

  it('finds a certificate that has expired', () => {
    expect(of(server, new Date(END.getTime() + 1))).toBe('the certificate expires on Mar 11 12:00:00 2026 GMT');
  });

  it('finds a certificate that is not valid yet', () => {
    expect(of(server, new Date(FROM.getTime() - 1))).toBe(
      'the certificate is not valid before Mar  1 12:00:00 2026 GMT',
    );
  });

  it('finds another authority, even one of the same name', () => {
    expect(flaw(server, theirs.authority.certificate, NOW)).toBe(
      'the certificate is not signed by the certificate authority',
    );
  });

  itAsksOpenssl('finds an authority that has the same key and another name', async () => {
    using folder = testFolder();
    const key = join(folder.path, 'ca-key.pem');
    await writeFile(key, ours.authority.privateKey);
    const renamed = await openssl('req', '-x509', '-key', key, '-subj', '/O=other', '-days', '1');

    expect(flaw(server, renamed, NOW)).toBe('the certificate is not signed by the certificate authority');
  });

  it.each([
    ['of another certificate', () => ours.client.privateKey],
    ['that is none', () => 'nonsense'],
    ['that is empty', () => ''],
  ])('finds a key %s', (_what, privateKey) => {
    expect(of({ ...server, privateKey: privateKey() })).toBe('the private key is not the one of the certificate');
  });

  it('finds the names that are missing', () => {
    expect(of(server, NOW, ['web-1', 'web-2', '192.0.2.8', '2001:db8::7'])).toBe(
      'the certificate is not for web-2, 192.0.2.8',
    );
  });

  it.each(['WEB-1', 'web-1.example.com', '2001:0db8:0:0::7', '2001:DB8::0007'])('takes %s for what it is', (name) => {
    expect(of(server, NOW, [name])).toBeUndefined();
  });

  it('refuses what is no certificate', async () => {
    const failure = await failureOf(() => of({ ...server, certificate: 'nonsense' }));

    expect(told(failure)).toEqual({
      code: 'CertificateInvalid',
      message: 'a file that should hold a certificate does not',
      exitCode: 2,
    });
  });
});
