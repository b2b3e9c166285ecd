import type { ClusterName } from '../cluster-name.js';
import type { ClusterStore } from '../store/clusters.js';
import type { Cluster } from '../swarm/contract.js';
import { parseCluster, printCluster } from '../swarm/record.js';

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

export function clustersOf(store: ClusterStore): Clusters {
  return {
    ...store,
    read: async (name) => parseCluster(await store.read(name), name),
    write: (cluster) => store.write(cluster.name, printCluster(cluster)),
    unlockKey: async (name) => (await store.secrets(name))[UNLOCK_KEY],
    writeUnlockKey: async (name, key) =>
      store.writeSecrets(name, { ...(await store.secrets(name)), [UNLOCK_KEY]: key }),
  };
}
