import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP, SocketAddress } from 'node:net';
import { MachineError } from '../errors.js';
import type { KeyPair } from '../record.js';
import type { CertificateFacts } from './certificates.js';

/** @throws MachineError CertificateInvalid when the text is no certificate */
export function inspect(certificate: string): CertificateFacts {
  const parsed = parse(certificate);
  return {
    subject: parsed.subject.replaceAll('\n', ', '),
    notBefore: new Date(parsed.validFrom),
    notAfter: new Date(parsed.validTo),
    names: namesIn(parsed),
    fingerprint: parsed.fingerprint256.replaceAll(':', '').toLowerCase(),
  };
}

/** Why the pair cannot serve at that time, or undefined when it can. `names`: what the certificate has to be for. */
export function flaw(pair: KeyPair, authority: string, at: Date, names: readonly string[] = []): string | undefined {
  const certificate = parse(pair.certificate);
  const issuer = parse(authority);
  if (!fits(certificate, pair.privateKey)) return 'the private key is not the one of the certificate';
  // The first compares names and key identifiers, the second the signature; clients do both.
  const isSigned = certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  if (!isSigned) return 'the certificate is not signed by the certificate authority';
  if (at < new Date(certificate.validFrom)) return `the certificate is not valid before ${certificate.validFrom}`;
  if (at > new Date(certificate.validTo)) return `the certificate expires on ${certificate.validTo}`;
  const present = new Set(namesIn(certificate).map(normal));
  const missing = names.filter((name) => !present.has(normal(name)));
  return missing.length === 0 ? undefined : `the certificate is not for ${missing.join(', ')}`;
}

function parse(text: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch (cause) {
    throw new MachineError('CertificateInvalid', 'a file that should hold a certificate does not', { cause });
  }
}

function fits(certificate: X509Certificate, privateKey: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(privateKey));
  } catch {
    return false;
  }
}

/** Node prints `DNS:web-1, IP Address:192.0.2.7`. */
function namesIn(certificate: X509Certificate): string[] {
  return (certificate.subjectAltName ?? '').split(', ').flatMap((entry) => {
    const match = /^(?:DNS|IP Address):(.+)$/.exec(entry);
    return match?.[1] === undefined ? [] : [match[1]];
  });
}

/** IPv6 addresses have many spellings; host names no case. */
function normal(name: string): string {
  return isIP(name) === 6 ? new SocketAddress({ address: name, family: 'ipv6' }).address : name.toLowerCase();
}
