import { dirname, join } from 'node:path';
import { isMachineError, MachineError } from '../errors.js';
import type { KeyPair, TlsPaths } from '../record.js';
import { readIfThere, replaceFile } from './atomic.js';
import { withLock } from './locks.js';
import type { CertificateMaker, LockOptions, StoreCertificates } from './store.js';

interface Files {
  readonly caCert: string;
  readonly caKey: string;
  readonly clientCert: string;
  readonly clientKey: string;
  /** Files outside certs/ belong to the user. */
  readonly isAuthorityUsers: boolean;
  readonly isClientUsers: boolean;
}

/** What certs/ holds, or undefined while something is missing. */
export async function readCertificates(base: string, paths: TlsPaths): Promise<StoreCertificates | undefined> {
  const { authority, client } = await readAll(filesOf(base, paths));
  return isWhole(authority) && isWhole(client) ? { authority, client } : undefined;
}

/**
 * Nothing is locked or written while everything is good. What is broken or out of date in certs/ is made anew, but for an
 * authority that may be mended; files elsewhere are the user's, and never replaced.
 * @throws MachineError CertificateInvalid
 */
export async function ensureCertificates(
  base: string,
  paths: TlsPaths,
  maker: CertificateMaker,
  options: LockOptions,
): Promise<StoreCertificates> {
  const files = filesOf(base, paths);
  const present = good(await readAll(files), maker);
  if (present) return present;
  return withLock(
    join(base, 'locks', '.ca'),
    'the certificate authority',
    async () => {
      const found = await readAll(files);
      return good(found, maker) ?? make(found, files, maker);
    },
    options,
  );
}

/** Where there is no trace of an authority in certs/, the pair becomes the store's own. Returns the certificate in effect. */
export function adoptAuthority(base: string, pair: KeyPair, options: LockOptions): Promise<string> {
  const files = filesOf(base, {});
  return withLock(
    join(base, 'locks', '.ca'),
    'the certificate authority',
    async () => {
      const { authority, client } = await readAll(files);
      if (!isAbsent(authority) || !isAbsent(client)) return authority.certificate ?? '';
      await writePair(files.caCert, files.caKey, pair);
      return pair.certificate;
    },
    options,
  );
}

function good({ authority, client }: Found, maker: CertificateMaker): StoreCertificates | undefined {
  if (!isWhole(authority) || !isWhole(client)) return undefined;
  if (flawOf(authority, authority.certificate, maker) !== undefined) return undefined;
  return flawOf(client, authority.certificate, maker) === undefined ? { authority, client } : undefined;
}

async function make(found: Found, files: Files, maker: CertificateMaker): Promise<StoreCertificates> {
  const authority = usable(found.authority, files, maker) ?? (await makeAuthority(files, maker));
  if (files.isClientUsers && !isAbsent(found.client)) {
    const flaw = flawOf(found.client, authority.certificate, maker);
    throw refusal('client certificate', [files.clientCert, files.clientKey], flaw);
  }
  const client = await maker.issueClient(authority);
  await writePair(files.clientCert, files.clientKey, client);
  return { authority, client };
}

/** Undefined where a new one may be made: there is none, it has expired, or a crash left a key alone. */
function usable(found: Partial<KeyPair>, files: Files, maker: CertificateMaker): KeyPair | undefined {
  if (isAbsent(found)) return undefined;
  const flaw = flawOf(found, found.certificate ?? '', maker);
  if (flaw === undefined && isWhole(found)) return found;
  if (!files.isAuthorityUsers && (found.certificate === undefined || /\bexpires\b/.test(flaw ?? ''))) return undefined;
  throw refusal('certificate authority', [files.caCert, files.caKey], flaw);
}

function flawOf(pair: Partial<KeyPair>, authority: string, maker: CertificateMaker): string | undefined {
  if (pair.certificate === undefined) return 'there is only its private key';
  if (!isWhole(pair)) return 'its private key is missing';
  try {
    return maker.flaw(pair, authority);
  } catch (error) {
    if (isMachineError(error, 'CertificateInvalid')) return 'it is no certificate';
    throw error;
  }
}

function refusal(what: string, [certificate, key]: readonly [string, string], flaw = 'it is broken'): MachineError {
  return new MachineError('CertificateInvalid', `cannot use the ${what} ${certificate}: ${flaw}`, {
    suggestions: [
      `Put a ${what} at ${certificate} and its key at ${key}`,
      'Move both files away, to have new ones made',
    ],
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

function isAbsent(pair: Partial<KeyPair>): boolean {
  return pair.certificate === undefined && pair.privateKey === undefined;
}

function isWhole(pair: Partial<KeyPair>): pair is KeyPair {
  return pair.certificate !== undefined && pair.privateKey !== undefined;
}

function filesOf(base: string, paths: TlsPaths): Files {
  const certs = join(base, 'certs');
  const caCert = paths.caCert ?? join(certs, 'ca.pem');
  const caKey = paths.caKey ?? join(certs, 'ca-key.pem');
  const clientCert = paths.clientCert ?? join(certs, 'cert.pem');
  const clientKey = paths.clientKey ?? join(certs, 'key.pem');
  const isUsers = (path: string): boolean => dirname(path) !== certs;
  return {
    ...{ caCert, caKey, clientCert, clientKey },
    isAuthorityUsers: isUsers(caCert) || isUsers(caKey),
    isClientUsers: isUsers(clientCert) || isUsers(clientKey),
  };
}
