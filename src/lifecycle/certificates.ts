import { isIP } from 'node:net';
import type { Validity } from '../certs/certificates.js';
import type { MachineName } from '../name.js';
import type { KeyPair, Machine, TlsPaths } from '../record.js';
import type { StoreCertificates } from '../store/store.js';
import type { Program } from './program.js';

/** docker-machine's own: 1080 days (reference: its certificates as openssl shows them). */
const DAYS = 1080;
/** A host's clock may be behind ours by this much before its engine refuses a new certificate. */
const BACKDATED_MS = 5 * 60_000;
/** Certificates that end sooner than this are renewed whenever a machine is provisioned. */
const RENEW_BEFORE_MS = 60 * 86_400_000;

/** The store's authority and client pair, made or renewed first where that is needed. */
export async function ensureAuthority(program: Program, paths?: TlsPaths): Promise<StoreCertificates> {
  const { store, now, report, signal } = program;
  const certificates = await program.certificates();
  return store.ensureCertificates(
    {
      createAuthority: () =>
        report.step('Creating a certificate authority', () =>
          certificates.createAuthority(program.organization(), validity(now())),
        ),
      issueClient: (authority) =>
        certificates.issueClient(authority, `${program.organization()}.<bootstrap>`, validity(now())),
      flaw: (pair, authority) => certificates.flaw(pair, authority, now()),
    },
    {
      signal,
      onWait: (owner) => report.info(`waiting for ${owner}, which is making certificates`),
      ...(paths ? { paths } : {}),
    },
  );
}

/** Puts the copies of authority and client pair beside the record, where DOCKER_CERT_PATH points. */
export async function copyClientFiles(
  name: MachineName,
  { authority, client }: StoreCertificates,
  { store }: Program,
): Promise<void> {
  const wanted = {
    'ca.pem': authority.certificate,
    'cert.pem': client.certificate,
    'key.pem': client.privateKey,
  } as const;
  for (const file of ['ca.pem', 'cert.pem', 'key.pem'] as const) {
    if ((await store.readFile(name, file)) !== wanted[file]) await store.writeFile(name, file, wanted[file]);
  }
}

/**
 * The server pair of a machine for these names: the one on disk while it is good, else a new one, which is written first.
 * `renew` asks for a new one in any case.
 */
export async function ensureServerPair(
  machine: Machine,
  names: readonly string[],
  options: { authority: KeyPair; renew: boolean; keyAhead?: Promise<string> | undefined },
  program: Program,
): Promise<KeyPair> {
  const { store, now } = program;
  const certificates = await program.certificates();
  const present = await readServerPair(machine.name, program);
  const soon = new Date(now().getTime() + RENEW_BEFORE_MS);
  const good = present && certificates.flaw(present, options.authority.certificate, soon, names) === undefined;
  if (good && !options.renew) return present;
  const privateKey = await options.keyAhead;
  const pair = await certificates.issueServer(options.authority, {
    names,
    organization: `${program.organization()}.${machine.name}`,
    validity: validity(now()),
    ...(privateKey === undefined ? {} : { privateKey }),
  });
  await store.writeFile(machine.name, 'server-key.pem', pair.privateKey);
  await store.writeFile(machine.name, 'server.pem', pair.certificate);
  return pair;
}

/** The key of a server pair that will surely be issued, made while the host is not reached yet; undefined where one is there. */
export function serverKeyAhead(
  machine: Machine,
  { renew }: { renew: boolean },
  program: Program,
): Promise<string> | undefined {
  if (!renew && machine.phase === 'ready') return undefined;
  const key = program.certificates().then((certificates) => certificates.createKey());
  // Whoever needs it hears of the failure.
  key.catch(() => {});
  return key;
}

/** Everything a client may call the host by, the machine's name first, without repetitions. */
export function serverNames(machine: Machine, addresses: readonly string[], hostname: string): string[] {
  const names = [machine.name, hostname, machine.address, ...addresses, ...machine.tlsSans, 'localhost', '127.0.0.1'];
  return [...new Set(names.filter((name) => isIP(name) !== 0 || DNS_NAME.test(name)))];
}

/** A host name as DNS has it; a fresh host may call itself something that is none. */
const DNS_NAME = /^(?=.{1,253}$)[a-zA-Z0-9_*]([a-zA-Z0-9_.-]*[a-zA-Z0-9])?$/;

async function readServerPair(name: MachineName, { store }: Program): Promise<KeyPair | undefined> {
  const [certificate, privateKey] = await Promise.all([
    store.readFile(name, 'server.pem'),
    store.readFile(name, 'server-key.pem'),
  ]);
  return certificate === undefined || privateKey === undefined ? undefined : { certificate, privateKey };
}

/** Seconds are zeroed as docker-machine does, so that two certificates of one create begin together. */
export function validity(now: Date): Validity {
  const from = new Date(now.getTime() - BACKDATED_MS);
  from.setUTCSeconds(0, 0);
  return { from, days: DAYS };
}
