import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MachineError } from '../errors.js';
import { inNaturalOrder, parseName, type MachineName } from '../name.js';
import type { Machine, TlsPaths } from '../record.js';
import { entriesIn, isFolder, readIfThere, replaceFile } from './atomic.js';
import { adoptAuthority, ensureCertificates, readCertificates } from './authority.js';
import { clusterPath } from './clusters.js';
import { toDocument } from './document.js';
import { printGoJson } from './go-json.js';
import { storeId } from './identity.js';
import { moveFolder, moveIn, withStaging } from './intake.js';
import { withLock } from './locks.js';
import { removeFolder } from './machine-folder.js';
import { replaceRecord } from './record-file.js';
import { parseDocument, parseRecord, type FindDriver } from './schema.js';
import { formerSecrets, parseSecrets } from './secrets.js';
import type { MachineFile, Store } from './store.js';

export interface StoreOptions {
  /** --tls-ca-cert and its kin. */
  readonly tls?: TlsPaths;
}

/** Certificates may be read by anybody, as docker-machine leaves them; the folder keeps others out all the same. */
const PUBLIC_FILES: ReadonlySet<MachineFile> = new Set(['ca.pem', 'cert.pem', 'server.pem']);

/** The store in this folder; nothing is made there before the first write. */
export function openStore(
  base: string,
  drivers: { readonly find: FindDriver },
  { tls = {} }: StoreOptions = {},
): Store {
  const machines = join(base, 'machines');
  const folder = (name: MachineName): string => join(machines, name);
  const path = (name: MachineName, file: MachineFile): string => join(folder(name), file);
  const config = (name: MachineName): string => join(folder(name), 'config.json');
  const secretsPath = (name: MachineName): string => join(folder(name), 'secrets.json');
  const print = (machine: Machine): string =>
    printGoJson(toDocument(machine, drivers.find(machine.driver), { base, folder: folder(machine.name), tls }));

  const parse = (name: MachineName, text: string): Machine =>
    parseRecord(
      text,
      { name, folder: folder(name), holds: (file) => filesIn(folder(name)).includes(file) },
      drivers.find,
    );
  const read = async (name: MachineName): Promise<Machine> => {
    const text = await readIfThere(config(name));
    if (text === undefined) throw await absent(name, folder(name), base);
    return parse(name, text);
  };

  return {
    base,
    id: () => storeId(base),
    folder,
    path,
    list: () => namesIn(machines),
    exists: (name) => isFolder(folder(name)),
    read,
    document: async (name) => print(await read(name)),
    write: (machine) => replaceRecord(config(machine.name), machine, { base, print, parse }),
    remove: (name) => removeFolder(folder(name)),
    secrets: async (name) => {
      const text = await readIfThere(secretsPath(name));
      if (text !== undefined) return parseSecrets(text, secretsPath(name));
      const record = await readIfThere(config(name));
      return record === undefined
        ? {}
        : formerSecrets(parseDocument(record, { name, folder: folder(name) }), drivers.find);
    },
    writeSecrets: (name, secrets) => replaceFile(secretsPath(name), JSON.stringify(secrets, null, 2), 0o600),
    writeFile: (name, file, content) => replaceFile(path(name, file), content, PUBLIC_FILES.has(file) ? 0o644 : 0o600),
    readFile: (name, file) => readIfThere(path(name, file)),
    removeFile: (name, file) => rm(path(name, file), { force: true }),
    locked: (name, work, options) => withLock(join(base, 'locks', name), `machine "${name}"`, work, options),
    print,
    staged: (work) => withStaging(base, work),
    moveIn: (machine, from) =>
      moveIn({
        ...{ machine, from, to: folder(machine.name), record: print(machine) },
        isPublic: (file) => (PUBLIC_FILES as ReadonlySet<string>).has(file),
      }),
    rename: (from, to) => moveFolder(to, { from: folder(from), to: folder(to) }),
    certificates: (paths = tls) => readCertificates(base, paths),
    adoptAuthority: (pair, options = {}) => adoptAuthority(base, pair, options),
    ensureCertificates: (maker, { paths = tls, ...options } = {}) => ensureCertificates(base, paths, maker, options),
  };
}

async function absent(name: MachineName, folder: string, base: string): Promise<MachineError> {
  if (await isFolder(folder)) {
    return new MachineError('StoreCorrupt', `cannot read the record of "${name}": it has no config.json`, {
      cause: new Error(folder),
      suggestions: [`berth rm -f ${name}`],
    });
  }
  if ((await readIfThere(clusterPath(base, name))) !== undefined) {
    return new MachineError('MachineNotFound', `"${name}" is a cluster, not a machine`, {
      suggestions: [`berth swarm status ${name}`, `berth env --swarm ${name}`],
    });
  }
  return new MachineError('MachineNotFound', `no machine is called "${name}"`, {
    suggestions: ['berth ls', `berth create ${name}`],
  });
}

async function namesIn(machines: string): Promise<MachineName[]> {
  const entries = entriesIn(machines);
  return inNaturalOrder(
    entries.flatMap((entry) => (entry.isDirectory() && !entry.name.startsWith('.') ? nameOrNone(entry.name) : [])),
  );
}

function nameOrNone(text: string): MachineName[] {
  try {
    return [parseName(text)];
  } catch {
    return [];
  }
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
