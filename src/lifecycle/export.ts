import { MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import type { Machine } from '../record.js';
import type { ArchiveFile } from '../store/archive.js';
import { forEachBounded, resultsOf } from './each.js';
import { clientIssuer, loginFiles, tlsFiles, type ClientIssuer } from './export-keys.js';
import type { Program } from './program.js';
import { refuseUnfinished } from './refuse.js';

export interface ExportRequest {
  /** Undefined for all machines that another computer can use. */
  readonly names: readonly MachineName[] | undefined;
  /** Absolute path of the archive. */
  readonly file: string;
  readonly passphrase: string;
  /** Hand over the authority as a whole. */
  readonly withCaKey: boolean;
  /** Reach no host: the archive gets the login keys that there are, not new ones. */
  readonly offline: boolean;
}

/** Hosts that are logged in to at once. */
const AT_ONCE = 8;

/**
 * Writes machines into an encrypted archive with which another computer can use them: each with its record, a client
 * certificate and a login key of its own, so that none of this computer's own secrets leaves it.
 * @throws MachineError StoreUnusable, CertificateInvalid, HostUnreachable, NotSupported
 */
export async function exportMachines(request: ExportRequest, program: Program): Promise<readonly MachineName[]> {
  const { report, store } = program;
  const names = request.names ?? (await usableElsewhere(program));
  if (names.length === 0)
    throw new MachineError('BadUsage', 'there is no machine to export', { suggestions: ['berth ls'] });
  const clients = clientIssuer(program);
  const collect = async (): Promise<readonly ArchiveFile[]> => {
    const outcomes = await forEachBounded(names, AT_ONCE, (name) =>
      store.locked(name, async () => filesOf(await store.read(name), { request, clients, program }), {
        signal: program.signal,
      }),
    );
    return resultsOf(outcomes).flat();
  };
  const { createArchive } = await program.archives();
  await report.step('Writing the archive', () => createArchive(request.file, request.passphrase, collect));
  return names;
}

/** What cannot be exported is told, not passed over in silence. */
async function usableElsewhere(program: Program): Promise<MachineName[]> {
  const usable: MachineName[] = [];
  for (const name of await program.store.list()) {
    try {
      refuseUnusable(await program.store.read(name), program);
      usable.push(name);
    } catch (error) {
      program.report.warn(`left out ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return usable;
}

/** @throws MachineError NotSupported, MachineNotRunning */
function refuseUnusable(machine: Machine, program: Program): void {
  if (program.findDriver(machine.driver)?.features.local === true)
    throw new MachineError('NotSupported', `machine "${machine.name}" is part of this computer, no other can use it`);
  refuseUnfinished(machine);
}

interface Export {
  readonly request: ExportRequest;
  readonly clients: ClientIssuer;
  readonly program: Program;
}

async function filesOf(machine: Machine, { request, clients, program }: Export): Promise<ArchiveFile[]> {
  const { store, report } = program;
  refuseUnusable(machine, program);
  const tls = await tlsFiles(machine, request.withCaKey, { clients, program });
  const login = await loginFiles(machine, request.offline, program);
  const knownHosts = await store.readFile(machine.name, 'known_hosts');
  if (Object.keys(await store.secrets(machine.name)).length > 0)
    report.warn(`the secrets of ${machine.name}'s driver stay here: its host can be used from there, not removed`);
  const { tlsPaths: _here, ssh, ...rest } = machine;
  const { keyPath: _key, ...user } = ssh;
  const keyPath = login.id_rsa === undefined ? {} : { keyPath: store.path(machine.name, 'id_rsa') };
  const record = store.print({ ...rest, ssh: { ...user, ...keyPath } });
  const files: Readonly<Record<string, string>> = {
    'config.json': record,
    ...tls,
    ...login,
    ...(knownHosts === undefined ? {} : { known_hosts: knownHosts }),
  };
  return Object.entries(files).map(([file, content]) => ({
    path: `machines/${machine.name}/${file}`,
    content,
    mode: 0o600,
  }));
}
