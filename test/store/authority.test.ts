import '../helpers/realm.js';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { certificates } from '../../src/certs/issue.js';
import type { TlsPaths } from '../../src/record.js';
import type { CertificateMaker } from '../../src/store/store.js';
import { testCertificates, VALID, type TestCertificates } from '../helpers/certificates.js';
import { failureOf, told } from '../helpers/failure.js';
import { testFolder } from '../helpers/folder.js';
import { compiledPrograms, type Programs } from './children.js';
import { storeAt } from './machines.js';

let programs: Programs;
let ours: TestCertificates;
let theirs: TestCertificates;
beforeAll(async () => {
  [programs, ours, theirs] = await Promise.all([compiledPrograms(), testCertificates(), testCertificates()]);
});
afterAll(() => programs[Symbol.dispose]());

interface Maker extends CertificateMaker {
  /** "authority", "client", in the order they were made. */
  readonly made: readonly string[];
}

/** Gives out the pairs that were made for all tests: making keys takes its time. */
function maker({ authority, client }: TestCertificates = ours, at = new Date()): Maker {
  const made: string[] = [];
  return {
    made,
    createAuthority: async () => (made.push('authority'), authority),
    issueClient: async (issuer) => {
      made.push('client');
      return issuer.certificate === authority.certificate ? client : certificates.issueClient(issuer, 'alice', VALID);
    },
    flaw: (pair, issuer) => certificates.flaw(pair, issuer, at),
  };
}

const LATER = new Date(VALID.from.getTime() + 60 * 86_400_000);

describe('the certificates of a store', () => {
  it('are one authority and one client after 100 first calls in several processes at once', async () => {
    using folder = testFolder();
    const children = Array.from({ length: 4 }, () => programs.start('authority', folder.path, '25'));

    const lines = (await Promise.all(children.map((child) => child.end()))).flat();

    const answers = lines.filter((line) => line !== 'makes an authority');
    expect(answers).toHaveLength(100);
    expect(lines.length - answers.length).toBe(1);
    const { authority, client } = (await storeAt(folder.path).certificates()) ?? {};
    const fingerprints = [authority, client].map((pair) => certificates.inspect(pair?.certificate ?? '').fingerprint);
    expect([...new Set(answers)]).toEqual([`${fingerprints.join(' ')} good`]);
    expect((await readdir(join(folder.path, 'certs'))).sort()).toEqual(['ca-key.pem', 'ca.pem', 'cert.pem', 'key.pem']);
    expect(await readdir(join(folder.path, 'locks'))).toEqual([]);
  }, 60_000);

  it('are made after processes that were killed while making them', async () => {
    using folder = testFolder();
    for (let round = 0; round < 4; round += 1) {
      await using child = programs.start('authority', folder.path, '1');
      await child.line();
      await child.kill();
      await rm(join(folder.path, 'certs', 'ca.pem'), { force: true });
    }

    const { authority, client } = await storeAt(folder.path).ensureCertificates(maker());

    expect(certificates.flaw(client, authority.certificate, new Date())).toBeUndefined();
  }, 30_000);

  it('are made once and then kept', async () => {
    using folder = testFolder();
    const store = storeAt(folder.path);
    const first = maker();
    const second = maker();

    const made = await store.ensureCertificates(first);
    const kept = await store.ensureCertificates(second);

    expect([first.made, second.made]).toEqual([['authority', 'client'], []]);
    expect(kept).toEqual(made);
    expect(await store.certificates()).toEqual(made);
  });

  it.each([
    ['the client certificate is not there', (certs: string) => rm(join(certs, 'cert.pem'))],
    ['the client key is not there', (certs: string) => rm(join(certs, 'key.pem'))],
    ['the client certificate is no certificate', (certs: string) => writeFile(join(certs, 'cert.pem'), 'nonsense')],
    ['the client certificate is of another authority', replaceAuthority],
  ])('get a new client of the same authority when %s', async (_what, spoil) => {
    using folder = testFolder();
    const store = storeAt(folder.path);
    await store.ensureCertificates(maker());
    await spoil(join(folder.path, 'certs'));
    const before = await readFile(join(folder.path, 'certs/ca.pem'), 'utf8');
    const again = maker();

    const { authority, client } = await store.ensureCertificates(again);

    expect(again.made).toEqual(['client']);
    expect(authority.certificate).toBe(before);
    expect(certificates.flaw(client, before, new Date())).toBeUndefined();
  });

  it('are all made anew when the authority has expired', async () => {
    using folder = testFolder();
    const store = storeAt(folder.path);
    const before = await store.ensureCertificates(maker());
    const later = maker(theirs, LATER);

    const after = await store.ensureCertificates(later);

    expect(later.made).toEqual(['authority', 'client']);
    expect(after.authority.certificate).not.toBe(before.authority.certificate);
  });

  it('are made anew when only a key was left behind', async () => {
    using folder = testFolder();
    const store = storeAt(folder.path);
    await mkdir(join(folder.path, 'certs'));
    await writeFile(join(folder.path, 'certs/ca-key.pem'), 'left behind by a crash');
    const first = maker();

    const { authority } = await store.ensureCertificates(first);

    expect(first.made).toEqual(['authority', 'client']);
    expect(certificates.flaw(authority, authority.certificate, new Date())).toBeUndefined();
  });

  it.each([
    ['has no key', (certs: string) => rm(join(certs, 'ca-key.pem')), 'its private key is missing'],
    ['is no certificate', (certs: string) => writeFile(join(certs, 'ca.pem'), 'nonsense'), 'it is no certificate'],
    ['has another key', replaceAuthorityKey, 'the private key is not the one of the certificate'],
  ])('are never replaced behind the back of a user whose authority %s', async (_what, spoil, fact) => {
    using folder = testFolder();
    const store = storeAt(folder.path);
    await store.ensureCertificates(maker());
    const certs = join(folder.path, 'certs');
    await spoil(certs);
    const before = await contents(certs);

    const failure = await failureOf(store.ensureCertificates(maker()));

    expect(told(failure)).toEqual({
      code: 'CertificateInvalid',
      message: `cannot use the certificate authority ${certs}/ca.pem: ${fact}`,
      exitCode: 2,
    });
    expect(failure.suggestions).toEqual([
      `Put a certificate authority at ${certs}/ca.pem and its key at ${certs}/ca-key.pem`,
      'Move both files away, to have new ones made',
    ]);
    expect(await contents(certs)).toEqual(before);
  });

  it('stand where the user says', async () => {
    using folder = testFolder();
    const own = join(folder.path, 'own');
    const tls: TlsPaths = { caCert: join(own, 'a.pem'), caKey: join(own, 'b.pem'), clientCert: join(own, 'c.pem') };
    const store = storeAt(join(folder.path, 'base'), { tls });

    const made = await store.ensureCertificates(maker());

    expect(await readFile(join(own, 'a.pem'), 'utf8')).toBe(made.authority.certificate);
    expect((await readdir(own)).sort()).toEqual(['a.pem', 'b.pem', 'c.pem']);
    expect(await readdir(join(folder.path, 'base/certs'))).toEqual(['key.pem']);
    expect(await store.certificates()).toEqual(made);
  });

  it.each([
    ['certificate authority', 'there is only its private key', 'a', (own: string) => rm(join(own, 'a.pem'))],
    ['certificate authority', 'its private key is missing', 'a', (own: string) => rm(join(own, 'a-key.pem'))],
    ['client certificate', 'there is only its private key', 'c', (own: string) => rm(join(own, 'c.pem'))],
    ['client certificate', 'it is no certificate', 'c', (own: string) => writeFile(join(own, 'c.pem'), 'x')],
  ])("are not made over a user's own %s of which %s", async (what, fact, file, spoil) => {
    using folder = testFolder();
    const own = join(folder.path, 'own');
    const store = storeAt(join(folder.path, 'base'), { tls: ownPaths(own) });
    await store.ensureCertificates(maker());
    await spoil(own);
    const before = await contents(own);
    const again = maker();

    const failure = await failureOf(store.ensureCertificates(again));

    expect(told(failure)).toEqual({
      code: 'CertificateInvalid',
      message: `cannot use the ${what} ${own}/${file}.pem: ${fact}`,
      exitCode: 2,
    });
    expect(again.made).toEqual([]);
    expect(await contents(own)).toEqual(before);
  });

  it("are not made over a user's own authority that has expired", async () => {
    using folder = testFolder();
    const own = join(folder.path, 'own');
    const store = storeAt(join(folder.path, 'base'), { tls: ownPaths(own) });
    await store.ensureCertificates(maker());
    const { notAfter } = certificates.inspect(await readFile(join(own, 'a.pem'), 'utf8'));

    const failure = await failureOf(store.ensureCertificates(maker(theirs, LATER)));

    expect(failure.message).toMatch(/a\.pem: the certificate expires on .* GMT$/);
    expect(Date.parse(failure.message.replace(/^.* expires on /, ''))).toBe(notAfter.getTime());
  });
});

function ownPaths(own: string): TlsPaths {
  const at = (file: string): string => join(own, file);
  return { caCert: at('a.pem'), caKey: at('a-key.pem'), clientCert: at('c.pem'), clientKey: at('c-key.pem') };
}

async function replaceAuthority(certs: string): Promise<void> {
  await writeFile(join(certs, 'ca.pem'), theirs.authority.certificate);
  await replaceAuthorityKey(certs);
}

async function replaceAuthorityKey(certs: string): Promise<void> {
  await writeFile(join(certs, 'ca-key.pem'), theirs.authority.privateKey);
}

async function contents(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).sort();
  return Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
}
