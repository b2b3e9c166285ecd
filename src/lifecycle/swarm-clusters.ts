import type { ClusterName } from '../cluster-name.js';
import type { ClusterStore } from '../store/clusters.js';
import type { Cluster } from '../swarm/contract.js';

/** The clusters of the store, read and written as what they are. */
export interface Clusters extends Pick<ClusterStore, 'list' | 'exists' | 'remove' | 'locked'> {
  /** @throws MachineError ClusterNotFound, StoreCorrupt */
  read(name: ClusterName): Promise<Cluster>;
  write(cluster: Cluster): Promise<void>;
  /** What unlocks its managers, if it is in this store. */
  unlockKey(name: ClusterName): Promise<string | undefined>;
  writeUnlockKey(name: ClusterName, key: string): Promise<void>;
}

const UNLOCK_KEY = 'unlock-key';

/** What reads and writes a record of a cluster. */
interface Records {
  parseCluster(text: string, name: ClusterName): Cluster;
  printCluster(cluster: Cluster): string;
}

/** `loadRecords`: when the first is read or written, as few commands do. */
export function clustersOf(store: ClusterStore, loadRecords: () => Promise<Records>): Clusters {
  return {
    ...store,
    read: async (name) => (await loadRecords()).parseCluster(await store.read(name), name),
    write: async (cluster) => store.write(cluster.name, (await loadRecords()).printCluster(cluster)),
    unlockKey: async (name) => (await store.secrets(name))[UNLOCK_KEY],
    writeUnlockKey: async (name, key) =>
      store.writeSecrets(name, { ...(await store.secrets(name)), [UNLOCK_KEY]: key }),
  };
}
