import type { Program } from '../lifecycle/program.js';
import type { KeyPair } from '../record.js';
import { byProvisioning, type EngineExam } from './engine.js';
import { expiryOf } from './expiry.js';
import { gathered, type Finding } from './finding.js';

/** The machine's files: the certificate its engine was given, and the copies of authority and client pair. */
export async function examineCertificates(exam: EngineExam, program: Program): Promise<Finding[]> {
  const { machine } = exam;
  if (machine.transport.kind !== 'tls') return [];
  const { store } = program;
  const [authority, client, server] = await Promise.all([
    store.readFile(machine.name, 'ca.pem'),
    store.readFile(machine.name, 'cert.pem'),
    store.readFile(machine.name, 'server.pem'),
  ]);
  return gathered(
    await endsFinding(server, { exam, id: 'certificate', what: "the engine's certificate", renew: true }, program),
    await endsFinding(client, { exam, id: 'client-copy', what: 'its client certificate', renew: false }, program),
    await otherAuthority(exam, authority, program),
  );
}

interface Ending {
  readonly exam: EngineExam;
  readonly id: string;
  readonly what: string;
  readonly renew: boolean;
}

async function endsFinding(
  certificate: string | undefined,
  { exam, id, what, renew }: Ending,
  program: Program,
): Promise<Finding | undefined> {
  if (certificate === undefined) return undefined;
  const certificates = await program.certificates();
  try {
    const expiry = expiryOf(certificates.inspect(certificate).notAfter, program.now());
    if (!expiry) return undefined;
    const { severity, words } = expiry;
    return { id: `${id}-${expiry.id}`, severity, fact: `${what} ${words}`, ...byProvisioning(exam, { renew }) };
  } catch {
    const fact = `${what} is no certificate`;
    return { id: `${id}-broken`, severity: 'error', fact, ...byProvisioning(exam, { renew }) };
  }
}

/** Machines with an authority of their own, as imported ones have it, are left as they are. */
async function otherAuthority(
  exam: EngineExam,
  authority: string | undefined,
  { store }: Program,
): Promise<Finding | undefined> {
  const { machine } = exam;
  if (authority === undefined || machine.tlsPaths) return undefined;
  const ours: KeyPair | undefined = (await store.certificates())?.authority;
  if (!ours || ours.certificate.trim() === authority.trim()) return undefined;
  return {
    ...{ id: 'authority-changed', severity: 'warning' },
    fact: "its certificates are not of the store's authority",
    ...byProvisioning(exam, { renew: true }),
  };
}
