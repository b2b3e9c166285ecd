import { join } from 'node:path';
import { isMachineError, MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import type { KeyPair, Machine, TlsPaths } from '../record.js';
import { openStore } from '../store/disk.js';
import type { Store } from '../store/store.js';
import type { Program } from './program.js';
import { keepEntrances } from './entrances.js';

export interface ImportRequest {
  /** Absolute path of a store's folder, of a machine's, or of an archive. */
  readonly source: string;
  /** Names in the source → names here. */
  readonly rename: ReadonlyMap<MachineName, MachineName>;
  /** Leave machines out whose names are taken; otherwise one such name stops the import. */
  readonly skipExisting: boolean;
  /** Called when the source turns out to be encrypted. */
  readonly passphrase: () => Promise<string>;
}

/**
 * Takes the machines of another store or archive into this one. Nothing here is ever written over, and the source stays as it is.
 * A machine of another authority keeps that authority's files beside its record, so that it is verified as before.
 * @throws MachineError MachineExists, BadUsage, BadOption, StoreCorrupt
 */
export async function importMachines(request: ImportRequest, program: Program): Promise<readonly MachineName[]> {
  const { store } = program;
  const { openSource } = await program.archives();
  return store.staged(async (folder) => {
    const source = openStore(await openSource(request.source, folder, request.passphrase), {
      find: (driver) => program.findDriver(driver),
    });
    const plan = await planImport(await readSource(source, program), request, program);
    for (const entry of plan) {
      await store.locked(entry.name, () => importOne(entry, source, program), { signal: program.signal });
      if (entry.name !== entry.machine.name) program.report.info(`${entry.machine.name} is called ${entry.name} here`);
    }
    return plan.map(({ name }) => name);
  });
}

/** Records that cannot be read and machines that cannot be used from here are told and left out. */
async function readSource(source: Store, program: Program): Promise<Machine[]> {
  const { report } = program;
  const machines: Machine[] = [];
  for (const name of await source.list()) {
    try {
      const machine = await source.read(name);
      if (program.findDriver(machine.driver)?.features.local === true)
        report.warn(`left out ${name}: it is part of the computer that made it`);
      else machines.push(machine);
    } catch (error) {
      report.warn(`left out ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return machines;
}

interface Planned {
  /** As the source has it. */
  readonly machine: Machine;
  readonly name: MachineName;
}

/** Everything that can be refused is refused before anything is written. */
async function planImport(
  machines: readonly Machine[],
  { source, rename, skipExisting }: ImportRequest,
  { store, report }: Program,
): Promise<Planned[]> {
  for (const old of rename.keys()) {
    if (!machines.some(({ name }) => name === old))
      throw new MachineError('BadOption', `option --rename names "${old}", which is not among the machines`, {
        suggestions: [`Choose among: ${machines.map(({ name }) => name).join(', ')}`],
      });
  }
  const all = machines.map((machine): Planned => ({ machine, name: rename.get(machine.name) ?? machine.name }));
  const twice = all.find(({ name }, index) => all.findIndex((other) => other.name === name) !== index);
  if (twice) throw new MachineError('BadOption', `two machines would be called "${twice.name}"`);
  const taken = await Promise.all(all.map(({ name }) => store.exists(name)));
  const existing = all.filter((_entry, index) => taken[index]);
  if (existing.length > 0 && !skipExisting) throw exists(existing);
  for (const { name } of existing) report.info(`left out ${name}: there is one already`);
  const planned = all.filter((_entry, index) => !taken[index]);
  if (machines.length === 0)
    throw new MachineError('BadUsage', `"${source}" holds no machine that can be used from here`);
  return planned;
}

function exists(entries: readonly Planned[]): MachineError {
  const [{ machine, name } = { machine: { name: '' }, name: '' }] = entries;
  const message =
    entries.length === 1 ? `machine "${name}" already exists` : `${entries.length} of the machines already exist`;
  return new MachineError('MachineExists', message, {
    ...(entries.length === 1 ? {} : { cause: new Error(entries.map((entry) => entry.name).join(', ')) }),
    suggestions: [
      `Give it another name: --rename ${machine.name}=${name}-2`,
      'Leave out what exists already: --skip-existing',
    ],
  });
}

async function importOne({ machine, name }: Planned, source: Store, program: Program): Promise<void> {
  const { store } = program;
  const from = source.folder(machine.name);
  const tlsPaths = await settleAuthority({ machine, name }, source, program);
  const { tlsPaths: _theirs, ssh, ...rest } = machine;
  // A key in the folder comes along; any other path is the user's own and may lead somewhere on this computer, too.
  const keyPath = ssh.keyPath?.startsWith(join(from, '/'))
    ? `${store.folder(name)}${ssh.keyPath.slice(from.length)}`
    : ssh.keyPath;
  const imported: Machine = {
    ...rest,
    name,
    ssh: { ...ssh, ...(keyPath === undefined ? {} : { keyPath }) },
    ...(tlsPaths ? { tlsPaths } : {}),
  };
  if (name !== machine.name) await renameHostKey({ machine, name }, source);
  await store.moveIn(imported, from);
  await keepEntrances(imported, program).catch((error: unknown) => {
    // An engine at a URL, or an unfinished machine, may have no certificates at all.
    if (!isMachineError(error, 'CertificateInvalid')) throw error;
  });
}

/**
 * Sees to it that the machine's folder holds what its engine is verified with. Returns where its authority is, if that is not
 * this store's own; a store without an authority takes the first one that comes with its key.
 */
async function settleAuthority(
  { machine, name }: Planned,
  source: Store,
  { store, signal }: Program,
): Promise<TlsPaths | undefined> {
  if (machine.transport.kind === 'ssh') return undefined;
  const theirs = await source.certificates(machine.tlsPaths);
  if (theirs && leadsOut(machine.tlsPaths, source)) return machine.tlsPaths;
  if ((await source.readFile(machine.name, 'ca.pem')) === undefined && theirs) {
    await source.writeFile(machine.name, 'ca.pem', theirs.authority.certificate);
    await source.writeFile(machine.name, 'cert.pem', theirs.client.certificate);
    await source.writeFile(machine.name, 'key.pem', theirs.client.privateKey);
  }
  const certificate = await source.readFile(machine.name, 'ca.pem');
  if (certificate === undefined) return undefined;
  const privateKey = await authorityKey(machine, certificate, { source, theirs: theirs?.authority });
  const own =
    privateKey === undefined ? undefined : await store.adoptAuthority({ certificate, privateKey }, { signal });
  const ours = own ?? (await store.certificates())?.authority.certificate;
  if (ours?.trim() === certificate.trim()) {
    await source.removeFile(machine.name, 'ca-key.pem');
    return undefined;
  }
  if (privateKey !== undefined) await source.writeFile(machine.name, 'ca-key.pem', privateKey);
  return {
    caCert: store.path(name, 'ca.pem'),
    caKey: store.path(name, 'ca-key.pem'),
    clientCert: store.path(name, 'cert.pem'),
    clientKey: store.path(name, 'key.pem'),
  };
}

/** Files that the user keeps elsewhere on this computer stay where they are. */
function leadsOut(paths: TlsPaths | undefined, { base }: Store): boolean {
  return Object.values(paths ?? {}).some((path: string) => !path.startsWith(join(base, '/')));
}

/** The key that belongs to this certificate: out of the machine's folder, or out of the source's certs/. */
async function authorityKey(
  { name }: Machine,
  certificate: string,
  { source, theirs }: { readonly source: Store; readonly theirs: KeyPair | undefined },
): Promise<string | undefined> {
  const beside = await source.readFile(name, 'ca-key.pem');
  if (beside !== undefined) return beside;
  return theirs?.certificate.trim() === certificate.trim() ? theirs.privateKey : undefined;
}

/** The host key was pinned under the old name. */
async function renameHostKey({ machine, name }: Planned, source: Store): Promise<void> {
  const known = await source.readFile(machine.name, 'known_hosts');
  if (known === undefined) return;
  const renamed = known
    .split('\n')
    .map((line) => (line.startsWith(`${machine.name} `) ? `${name}${line.slice(machine.name.length)}` : line));
  await source.writeFile(machine.name, 'known_hosts', renamed.join('\n'));
}
