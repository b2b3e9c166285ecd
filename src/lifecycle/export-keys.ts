import { isMachineError, MachineError } from '../errors.js';
import type { KeyPair, Machine } from '../record.js';
import type { MachineFile } from '../store/store.js';
import { validity } from './certificates.js';
import type { Program } from './program.js';
import { connectTo } from './host-connection.js';

type Files = Partial<Record<MachineFile, string>>;
export type ClientIssuer = (authority: KeyPair) => Promise<KeyPair>;

/** The engine knows its authority only: a new client certificate is as good as this computer's own, and can be told from it. */
export async function tlsFiles(
  { name, transport, tlsPaths }: Machine,
  withCaKey: boolean,
  { clients, program }: { readonly clients: ClientIssuer; readonly program: Program },
): Promise<Files> {
  if (transport.kind === 'ssh') return {};
  const { store } = program;
  const [found, inUse] = await Promise.all([store.certificates(tlsPaths), store.readFile(name, 'ca.pem')]);
  if (!found && inUse === undefined) return {};
  if (!found) {
    throw new MachineError(
      'CertificateInvalid',
      `no certificate can be made for "${name}": its authority is elsewhere`,
      {
        suggestions: ['Export it on the computer that made it'],
      },
    );
  }
  const { authority } = found;
  if (inUse !== undefined && inUse.trim() !== authority.certificate.trim()) {
    throw new MachineError('CertificateInvalid', `the engine of "${name}" has another authority than this store`, {
      suggestions: [`berth provision ${name}`],
    });
  }
  const client = await clients(authority);
  const files = { 'ca.pem': authority.certificate, 'cert.pem': client.certificate, 'key.pem': client.privateKey };
  if (!withCaKey) return files;
  const [certificate, privateKey] = await Promise.all([
    store.readFile(name, 'server.pem'),
    store.readFile(name, 'server-key.pem'),
  ]);
  return {
    ...files,
    'ca-key.pem': authority.privateKey,
    ...(certificate === undefined || privateKey === undefined
      ? {}
      : { 'server.pem': certificate, 'server-key.pem': privateKey }),
  };
}

/** One client pair for each authority: it opens every engine of that authority anyway. */
export function clientIssuer(program: Program): ClientIssuer {
  const issued = new Map<string, Promise<KeyPair>>();
  return (authority) => {
    const known = issued.get(authority.certificate);
    if (known) return known;
    const issuing = program
      .certificates()
      .then((maker) => maker.issueClient(authority, `${program.organization()}.<export>`, validity(program.now())));
    issued.set(authority.certificate, issuing);
    return issuing;
  };
}

/** Adopted hosts are left as they are, so whoever uses them logs in with a key of their own. */
export async function loginFiles(machine: Machine, offline: boolean, program: Program): Promise<Files> {
  const { name, driver, transport, ssh } = machine;
  const { report } = program;
  if (program.findDriver(driver)?.features.ssh === false) return {};
  if (transport.kind === 'ssh') {
    report.info(`${name} was adopted: the other computer needs a login of its own there`);
    return {};
  }
  if (!offline) return newLogin(machine, program);
  const key = ssh.keyPath === undefined ? undefined : await program.readUserFile(ssh.keyPath);
  report.warn(
    key === undefined
      ? `${name} has no login key in its store: the other computer needs a login of its own there`
      : `the archive holds the login key that this computer uses for ${name}`,
  );
  return key === undefined ? {} : { id_rsa: key };
}

async function newLogin(machine: Machine, program: Program): Promise<Files> {
  const pair = (await program.keys()).generateKeyPair(`${machine.name} exported by ${program.organization()}`);
  await using host = await connectTo(machine, program, { retry: false }).catch((error: unknown) => {
    if (!isMachineError(error, 'HostUnreachable')) throw error;
    throw new MachineError('HostUnreachable', error.message, {
      cause: error.cause,
      suggestions: [...error.suggestions.slice(0, 2), 'Hand over the login key of this computer: --offline'],
    });
  });
  await program.report.step(`Letting a new login key in to ${machine.name}`, () =>
    host.run(['sh', '-c', LET_IN], { input: `${pair.publicKey.trim()}\n`, timeoutMs: 30_000, signal: program.signal }),
  );
  return { id_rsa: pair.privateKey, 'id_rsa.pub': pair.publicKey };
}

/** Adds the line on stdin to the login user's keys, once. A last line without an end would swallow it. */
const LET_IN = [
  'set -e',
  'umask 077',
  'read -r key',
  'mkdir -p "$HOME/.ssh"',
  'keys="$HOME/.ssh/authorized_keys"',
  'touch "$keys"',
  'grep -qxF -- "$key" "$keys" && exit 0',
  '[ -z "$(tail -c 1 "$keys")" ] || echo >> "$keys"',
  'printf "%s\\n" "$key" >> "$keys"',
  'if command -v restorecon > /dev/null; then restorecon -R "$HOME/.ssh" || true; fi',
].join('\n');
