import { join } from 'node:path';
import { MachineError } from '../errors.js';
import type { KeyPair, TlsPaths } from '../record.js';
import { readIfThere, replaceFile } from './atomic.js';
import { withLock } from './locks.js';
import type { CertificateMaker, LockOptions, StoreCertificates } from './store.js';

interface Files {
  readonly caCert: string;
  readonly caKey: string;
  readonly clientCert: string;
  readonly clientKey: string;
}

/** What certs/ holds, or undefined while something is missing. */
export async function readCertificates(base: string, paths: TlsPaths): Promise<StoreCertificates | undefined> {
  const { authority, client } = await readAll(filesOf(base, paths));
  return isWhole(authority) && isWhole(client) ? { authority, client } : undefined;
}

/** Nothing is locked or written while everything is good. @throws MachineError CertificateInvalid */
export async function ensureCertificates(
  base: string,
  paths: TlsPaths,
  maker: CertificateMaker,
  options: LockOptions,
): Promise<StoreCertificates> {
  const files = filesOf(base, paths);
  const good = (found: Found): StoreCertificates | undefined => {
    const { authority, client } = found;
    if (!isWhole(authority) || !isWhole(client)) return undefined;
    if (maker.flaw(authority, authority.certificate) !== undefined) return undefined;
    return maker.flaw(client, authority.certificate) === undefined ? { authority, client } : undefined;
  };
  const present = good(await readAll(files));
  if (present) return present;
  return withLock(
    join(base, 'locks', '.ca'),
    'the certificate authority',
    async () => good(await readAll(files)) ?? make(files, maker),
    options,
  );
}

async function make(files: Files, maker: CertificateMaker): Promise<StoreCertificates> {
  const found = await readAll(files);
  const authority = usable(found.authority, files, maker) ?? (await makeAuthority(files, maker));
  const client = await maker.issueClient(authority);
  await writePair(files.clientCert, files.clientKey, client);
  return { authority, client };
}

/** An authority that has expired is replaced; one that is broken in another way is the user's to mend. */
function usable(
  { certificate, privateKey }: Partial<KeyPair>,
  { caCert, caKey }: Files,
  maker: CertificateMaker,
): KeyPair | undefined {
  if (certificate === undefined) return undefined;
  const pair = { certificate, privateKey: privateKey ?? '' };
  const flaw = privateKey === undefined ? 'its private key is missing' : maker.flaw(pair, certificate);
  if (flaw === undefined) return pair;
  if (/\bexpire/.test(flaw)) return undefined;
  throw new MachineError('CertificateInvalid', `cannot use the certificate authority ${caCert}: ${flaw}`, {
    suggestions: [`Put the key that belongs to it at ${caKey}`, `Move ${caCert} away, to begin with a new authority`],
  });
}

async function makeAuthority({ caCert, caKey }: Files, maker: CertificateMaker): Promise<KeyPair> {
  const authority = await maker.createAuthority();
  await writePair(caCert, caKey, authority);
  return authority;
}

/** The key first: a crash in between leaves a key without a certificate, which the next run replaces. */
async function writePair(
  certificatePath: string,
  keyPath: string,
  { certificate, privateKey }: KeyPair,
): Promise<void> {
  await replaceFile(keyPath, privateKey, 0o600);
  await replaceFile(certificatePath, certificate, 0o644);
}

interface Found {
  readonly authority: Partial<KeyPair>;
  readonly client: Partial<KeyPair>;
}

async function readAll({ caCert, caKey, clientCert, clientKey }: Files): Promise<Found> {
  const [authority, client] = await Promise.all([readPair(caCert, caKey), readPair(clientCert, clientKey)]);
  return { authority, client };
}

async function readPair(certificatePath: string, keyPath: string): Promise<Partial<KeyPair>> {
  const [certificate, privateKey] = await Promise.all([readIfThere(certificatePath), readIfThere(keyPath)]);
  return { ...(certificate === undefined ? {} : { certificate }), ...(privateKey === undefined ? {} : { privateKey }) };
}

function isWhole(pair: Partial<KeyPair>): pair is KeyPair {
  return pair.certificate !== undefined && pair.privateKey !== undefined;
}

function filesOf(base: string, { caCert, caKey, clientCert, clientKey }: TlsPaths): Files {
  const certs = join(base, 'certs');
  return {
    caCert: caCert ?? join(certs, 'ca.pem'),
    caKey: caKey ?? join(certs, 'ca-key.pem'),
    clientCert: clientCert ?? join(certs, 'cert.pem'),
    clientKey: clientKey ?? join(certs, 'key.pem'),
  };
}
