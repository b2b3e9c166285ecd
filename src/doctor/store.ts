import { isForbidden, isMachineError } from '../errors.js';
import type { Entry } from '../lifecycle/status.js';
import type { Program } from '../lifecycle/program.js';
import type { Computer } from './computer.js';
import { failedLook, gathered, type Examined, type Finding } from './finding.js';
import { examineFiles, examineLocks, isRefused, ownRemedy } from './store-files.js';

/** The machines of the store, or why there is no telling which there are. */
export interface ReadStore {
  readonly entries: readonly Entry[];
  readonly failure?: unknown;
}

/** The store's files and locks. */
export async function examineStore(
  { entries, failure }: ReadStore,
  computer: Computer,
  program: Program,
): Promise<Examined> {
  const { base } = program.store;
  const [files, locks] = await Promise.all([examineFiles(base, computer), examineLocks(base)]);
  const count = entries.length === 1 ? '1 machine' : `${entries.length} machines`;
  // Whose it is says all there is to say of what cannot be read.
  const isTold = failure === undefined || files.some(({ severity }) => severity === 'error');
  const unread = isTold ? undefined : failedStore(failure, computer, program);
  return { group: 'store', seen: `${count} in ${base}`, findings: gathered(files, unread, locks) };
}

/** What ended a look at the store's files: where the system refuses them to us, the files are to be ours. @throws the rest */
export function failedStore(error: unknown, computer: Computer, { store }: Program): Finding {
  if (!isMachineError(error) || error.code === 'Cancelled') throw error;
  const isRefusal = error.code === 'StoreUnusable' && isForbidden(error.cause);
  return { ...failedLook(error), ...(isRefusal ? { remedy: ownRemedy(store.base, computer) } : {}) };
}

/** Of a machine whose record cannot be read. */
export async function brokenRecord(
  { name, error = '' }: Entry,
  computer: Computer,
  program: Program,
): Promise<Examined> {
  const path = `${program.store.folder(name)}/config.json`;
  const finding: Finding = (await isRefused(path))
    ? { id: 'record-unreadable', severity: 'error', fact: error, remedy: ownRemedy(program.store.base, computer) }
    : {
        id: 'record-broken',
        severity: 'error',
        fact: error,
        remedy: `Restore ${path}, or: berth rm -f ${name}`,
      };
  return { group: name, machine: name, seen: '', findings: [finding] };
}
