import type { KeyPair } from '../record.js';

export interface Validity {
  readonly from: Date;
  readonly days: number;
}

export interface ServerWish {
  /** They go into the subjectAltName, IP addresses as such; the first one is the common name. */
  readonly names: readonly string[];
  readonly organization: string;
  readonly validity: Validity;
  /** Of `createKey`; a new one otherwise. */
  readonly privateKey?: string;
}

/** What a certificate says, as far as berth acts on it. */
export interface CertificateFacts {
  readonly subject: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** DNS names and IP addresses of the subjectAltName, in order. */
  readonly names: readonly string[];
  /** SHA-256 of the DER form, lower-case hexadecimal. */
  readonly fingerprint: string;
}

/** Text in, text out: makes and reads certificates, touches no file. RSA 2048, SHA-256. */
export interface Certificates {
  /** A private key, PEM text: what takes longest of an issue, for callers that have something else to wait for. */
  createKey(): Promise<string>;
  createAuthority(organization: string, validity: Validity): Promise<KeyPair>;
  issueServer(authority: KeyPair, server: ServerWish): Promise<KeyPair>;
  issueClient(authority: KeyPair, organization: string, validity: Validity): Promise<KeyPair>;
  /** @throws MachineError CertificateInvalid when the text is no certificate */
  inspect(certificate: string): CertificateFacts;
  /** Why the pair cannot serve: wrong key, not signed by this authority, expired, names missing. Undefined when it can. */
  flaw(pair: KeyPair, authority: string, at: Date, names?: readonly string[]): string | undefined;
}
