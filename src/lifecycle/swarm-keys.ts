import type { ClusterName } from '../cluster-name.js';
import { MachineError } from '../errors.js';
import type { Clusters } from './swarm-clusters.js';
import type { SwarmEngine } from '../swarm/engine.js';
import { readUnlockKey } from '../swarm/settings.js';

/** The key that unlocks the managers of one cluster: in the store, readable by its owner alone. */
export interface ClusterKeys {
  /** @throws MachineError ClusterRefused where there is none */
  unlockKey(): Promise<string>;
  /** Takes the key of now from a manager. */
  keep(engine: SwarmEngine): Promise<void>;
}

export function clusterKeys(name: ClusterName, clusters: Clusters): ClusterKeys {
  return {
    unlockKey: async () => {
      const key = await clusters.unlockKey(name);
      if (key !== undefined) return key;
      throw new MachineError('ClusterRefused', `no unlock key of cluster "${name}" is in this store`, {
        suggestions: [`berth swarm unlock ${name}, on the computer that made the cluster`],
      });
    },
    keep: async (engine) => clusters.writeUnlockKey(name, await readUnlockKey(engine)),
  };
}
