import { join } from 'node:path';
import type { CertificateFacts, Certificates } from '../certs/certificates.js';
import type { Program } from '../lifecycle/program.js';
import { isProvisioned, type Machine } from '../record.js';
import type { StoreCertificates } from '../store/store.js';
import { day, expiryOf } from './expiry.js';
import type { Examined, Finding } from './finding.js';
import { quoted } from './store-files.js';

/** The store's authority and client pair; nothing where there are none yet. */
export async function examineAuthority(machines: readonly Machine[], program: Program): Promise<Examined | undefined> {
  const stored = await program.store.certificates();
  if (!stored) return undefined;
  const certificates = await program.certificates();
  const remedies = remediesOf(machines, program);
  const facts = inspected(stored.authority.certificate, certificates);
  if (!facts) return { group: 'certificates', seen: '', findings: [noAuthority(remedies)] };
  const { notBefore, notAfter } = facts;
  const now = program.now();
  const finding =
    clockFinding(notBefore, now) ??
    authorityFinding(notAfter, now, remedies) ??
    clientFinding(stored, { certificates, now, remedies });
  return { group: 'certificates', seen: `authority until ${day(notAfter)}`, findings: finding ? [finding] : [] };
}

/** Undefined where the text is no certificate. */
function inspected(certificate: string, certificates: Certificates): CertificateFacts | undefined {
  try {
    return certificates.inspect(certificate);
  } catch {
    return undefined;
  }
}

/** Commands for all machines whose engines berth takes care of. */
interface Remedies {
  /** Makes what has expired or is broken anew, and gives it to the machines. */
  readonly provision: string;
  readonly regenerate: string;
  /** In front of the one and the other, where what is still good shall go. */
  readonly dropClient: string;
  readonly dropAuthority: string;
}

function remediesOf(machines: readonly Machine[], { store }: Program): Remedies {
  const names = machines.filter(isProvisioned).map(({ name }) => name);
  const folder = quoted(join(store.base, 'certs'));
  const forAll = (command: string): string =>
    names.length === 0 ? 'berth doctor --fix' : `berth ${command} ${names.join(' ')}`;
  return {
    provision: forAll('provision'),
    regenerate: forAll('regenerate-certs -f'),
    dropClient: `rm ${folder}/cert.pem ${folder}/key.pem && `,
    dropAuthority: `mv ${folder} ${folder}.old && `,
  };
}

function noAuthority({ dropAuthority, regenerate }: Remedies): Finding {
  return {
    id: 'authority-broken',
    severity: 'error',
    fact: "the store's certificate authority, certs/ca.pem, is no certificate",
    remedy: `Restore it, or: ${dropAuthority}${regenerate}`,
  };
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

function authorityFinding(notAfter: Date, now: Date, { dropAuthority, regenerate }: Remedies): Finding | undefined {
  const expiry = expiryOf(notAfter, now);
  if (!expiry) return undefined;
  return {
    ...{ id: `authority-${expiry.id}`, severity: expiry.severity },
    fact: `the store's certificate authority ${expiry.words}`,
    ...(expiry.id === 'expired'
      ? { remedy: regenerate, mend: { kind: 'certificates' } }
      : { remedy: `${dropAuthority}${regenerate}` }),
  };
}

function clientFinding(
  { authority, client }: StoreCertificates,
  { certificates, now, remedies }: { certificates: Certificates; now: Date; remedies: Remedies },
): Finding | undefined {
  const facts = inspected(client.certificate, certificates);
  const expiry = facts && expiryOf(facts.notAfter, now);
  if (expiry?.id === 'expiring') {
    return {
      ...{ id: 'client-certificate-expiring', severity: 'warning' },
      fact: `the store's client certificate ${expiry.words}`,
      remedy: `${remedies.dropClient}${remedies.provision}`,
    };
  }
  const broken = !facts
    ? 'certs/cert.pem is no certificate'
    : expiry
      ? `it ${expiry.words}`
      : certificates.flaw(client, authority.certificate, now);
  if (broken === undefined) return undefined;
  return {
    ...{ id: expiry ? 'client-certificate-expired' : 'client-certificate-broken', severity: 'error' },
    fact: `the store's client certificate is of no use: ${broken}`,
    ...{ remedy: remedies.provision, mend: { kind: 'certificates' } },
  };
}
