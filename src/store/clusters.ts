import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseClusterName, type ClusterName } from '../cluster-name.js';
import { MachineError } from '../errors.js';
import { entriesIn, readIfThere, replaceFile } from './atomic.js';
import { withLock } from './locks.js';
import { parseSecrets } from './secrets.js';
import type { LockOptions } from './store.js';

/** Clusters on disk: `swarm/<name>.json`, and their secrets apart. What stands in a record is src/swarm's business. */
export interface ClusterStore {
  /** In alphabetical order. Files that parseClusterName refuses are left out. */
  list(): Promise<readonly ClusterName[]>;
  exists(name: ClusterName): Promise<boolean>;
  /** The record's text. @throws MachineError ClusterNotFound */
  read(name: ClusterName): Promise<string>;
  /** Replaces the record atomically and durably. */
  write(name: ClusterName, text: string): Promise<void>;
  /** Secrets go first, then the record; nothing there is success. */
  remove(name: ClusterName): Promise<void>;
  /** Such as the unlock key; none where there is no file. @throws MachineError StoreCorrupt */
  secrets(name: ClusterName): Promise<Readonly<Record<string, string>>>;
  writeSecrets(name: ClusterName, secrets: Readonly<Record<string, string>>): Promise<void>;
  /** One process at a time per cluster. Taken before the lock of any machine. @throws MachineError StoreLocked, Cancelled */
  locked<T>(name: ClusterName, work: () => Promise<T>, options?: LockOptions): Promise<T>;
}

const RECORD = '.json';
/** No name of a cluster can end so: they have no underscore. */
const SECRETS = '_secrets.json';

/** Where the record of a cluster of this name is, or would be. */
export function clusterPath(base: string, name: string): string {
  return join(base, 'swarm', `${name}${RECORD}`);
}

/** The clusters of the store in this folder; nothing is made there before the first write. */
export function openClusters(base: string): ClusterStore {
  const folder = join(base, 'swarm');
  const path = (name: ClusterName): string => clusterPath(base, name);
  const secretsPath = (name: ClusterName): string => join(folder, `${name}${SECRETS}`);

  return {
    list: () => namesIn(folder),
    exists: async (name) => (await readIfThere(path(name))) !== undefined,
    read: async (name) => {
      const text = await readIfThere(path(name));
      if (text !== undefined) return text;
      throw new MachineError('ClusterNotFound', `no cluster is called "${name}"`, {
        suggestions: ['berth swarm ls', `berth swarm create ${name}`],
      });
    },
    write: (name, text) => replaceFile(path(name), text, 0o600),
    remove: async (name) => {
      await rm(secretsPath(name), { force: true });
      await rm(path(name), { force: true });
    },
    secrets: async (name) => parseSecrets((await readIfThere(secretsPath(name))) ?? '{}', secretsPath(name)),
    writeSecrets: (name, secrets) => replaceFile(secretsPath(name), JSON.stringify(secrets, null, 2), 0o600),
    // Machines have their locks beside; an underscore is in no machine's name.
    locked: (name, work, options) => withLock(join(base, 'locks', `swarm_${name}`), `cluster "${name}"`, work, options),
  };
}

async function namesIn(folder: string): Promise<readonly ClusterName[]> {
  return entriesIn(folder)
    .flatMap(({ name }) => (name.endsWith(RECORD) ? nameOrNone(name.slice(0, -RECORD.length)) : []))
    .sort();
}

function nameOrNone(text: string): ClusterName[] {
  try {
    return [parseClusterName(text)];
  } catch {
    return [];
  }
}
