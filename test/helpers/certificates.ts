import './realm.js';
import type { Certificates, Validity } from '../../src/certs/certificates.js';
import { certificates } from '../../src/certs/issue.js';
import type { KeyPair } from '../../src/record.js';

export const VALID: Validity = { from: new Date(Date.now() - 3_600_000), days: 30 };

export interface TestCertificates {
  readonly authority: KeyPair;
  readonly client: KeyPair;
  server(names: readonly string[], validity?: Validity): Promise<KeyPair>;
}

/** An authority with a client pair, and server pairs of it for the asking. Keys are made once and kept per test file. */
export async function testCertificates(maker: Certificates = certificates): Promise<TestCertificates> {
  const authority = await maker.createAuthority('test', VALID);
  const client = await maker.issueClient(authority, 'test', VALID);
  return {
    authority,
    client,
    server: (names, validity = VALID) => maker.issueServer(authority, { names, organization: 'test', validity }),
  };
}
