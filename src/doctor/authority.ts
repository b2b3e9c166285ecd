import type { Certificates } from '../certs/certificates.js';
import type { Program } from '../lifecycle/program.js';
import type { StoreCertificates } from '../store/store.js';
import { day, expiryOf } from './expiry.js';
import type { Examined, Finding } from './finding.js';

/** The store's authority and client pair; nothing where there are none yet. */
export async function examineAuthority(program: Program): Promise<Examined | undefined> {
  const stored = await program.store.certificates();
  if (!stored) return undefined;
  const certificates = await program.certificates();
  const { notBefore, notAfter } = certificates.inspect(stored.authority.certificate);
  const now = program.now();
  const finding =
    clockFinding(notBefore, now) ?? authorityFinding(notAfter, now) ?? clientFinding(stored, certificates, now);
  return { group: 'certificates', seen: `authority until ${day(notAfter)}`, findings: finding ? [finding] : [] };
}

/** Whatever else is wrong with certificates then is the clock's fault. */
function clockFinding(notBefore: Date, now: Date): Finding | undefined {
  if (now >= notBefore) return undefined;
  return {
    id: 'clock-behind',
    severity: 'error',
    fact: `this computer's clock says ${day(now)}, before the certificate authority was made`,
    remedy: 'sudo timedatectl set-ntp true',
  };
}

function authorityFinding(notAfter: Date, now: Date): Finding | undefined {
  const expiry = expiryOf(notAfter, now);
  if (!expiry) return undefined;
  return {
    ...{ id: `authority-${expiry.id}`, severity: expiry.severity },
    fact: `the store's certificate authority ${expiry.words}`,
    ...(expiry.id === 'expired'
      ? { remedy: 'berth regenerate-certs -f and the names of all machines', mend: { kind: 'certificates' } }
      : { remedy: 'Move certs/ of the store away, then: berth regenerate-certs -f and the names of all machines' }),
  };
}

function clientFinding(
  { authority, client }: StoreCertificates,
  certificates: Certificates,
  now: Date,
): Finding | undefined {
  const expiry = expiryOf(certificates.inspect(client.certificate).notAfter, now);
  if (expiry?.id === 'expiring') {
    return {
      ...{ id: 'client-certificate-expiring', severity: 'warning' },
      fact: `the store's client certificate ${expiry.words}`,
      remedy: 'Move cert.pem and key.pem of certs/ away, then: berth provision and the names of all machines',
    };
  }
  const broken = expiry ? `it ${expiry.words}` : certificates.flaw(client, authority.certificate, now);
  if (broken === undefined) return undefined;
  return {
    ...{ id: expiry ? 'client-certificate-expired' : 'client-certificate-broken', severity: 'error' },
    fact: `the store's client certificate is of no use: ${broken}`,
    ...{ remedy: 'berth provision and the names of all machines', mend: { kind: 'certificates' } },
  };
}
