import { Flags, type Interfaces } from '@oclif/core';
import type { ClusterName } from '../cluster-name.js';
import { MachineError } from '../errors.js';
import type { EngineOptions } from '../record.js';
import type { AdvertiseChoice, Cluster } from '../swarm/contract.js';
import { newCluster, USUAL_DATA_PATH_PORT } from '../swarm/record.js';
import { listOf, parseInteger } from './driver-flags.js';

const helpGroup = 'CLUSTER';

export function countFlag(name: string, min: number): Interfaces.OptionFlag<number | undefined> {
  return Flags.custom<number>({
    helpGroup,
    helpValue: '<n>',
    description: `number of ${name}`,
    parse: async (text) => parseInteger(text, name, { min, max: 100 }),
  })();
}

/** Flags of `swarm create` on the cluster itself. */
export const clusterFlags = {
  managers: countFlag('managers', 0),
  workers: countFlag('workers', 0),
  manager: Flags.string({
    ...{ helpGroup, multiple: true, multipleNonGreedy: true, helpValue: '<machine>' },
    description: 'a machine that is there, as a manager; repeatable',
  }),
  worker: Flags.string({
    ...{ helpGroup, multiple: true, multipleNonGreedy: true, helpValue: '<machine>' },
    description: 'a machine that is there, as a worker; repeatable',
  }),
  spread: Flags.string({
    ...{ helpGroup, helpValue: '<option=a,b>' },
    description: 'an option of the driver and its values, which machines get in turn: zone=a,b,c',
  }),
  label: Flags.string({
    ...{ helpGroup, multiple: true, multipleNonGreedy: true, helpValue: '<key=value>' },
    description: 'label of all nodes, repeatable',
  }),
  advertise: Flags.string({
    ...{ helpGroup, default: 'auto', helpValue: '<choice>' },
    description: 'addresses of the nodes: auto, private, public, the name of an interface, or a network as 10.0.0.0/16',
  }),
  'address-pool': Flags.string({
    ...{ helpGroup, multiple: true, multipleNonGreedy: true, helpValue: '<network>' },
    description: 'pool that overlay networks are cut from, repeatable; one that overlaps nothing otherwise',
  }),
  'subnet-size': Flags.custom<number>({
    ...{ helpGroup, default: 24, helpValue: '<n>' },
    description: 'prefix length of each overlay network',
    parse: async (text) => parseInteger(text, 'subnet-size', { min: 8, max: 29 }),
  })(),
  'data-path-port': Flags.custom<number>({
    ...{ helpGroup, default: USUAL_DATA_PATH_PORT, helpValue: '<n>' },
    description: 'UDP port of the overlay networks',
    parse: async (text) => parseInteger(text, 'data-path-port', { min: 1_024, max: 49_151 }),
  })(),
  encrypted: Flags.boolean({ helpGroup, description: 'encrypt the ingress network between the hosts' }),
  autolock: Flags.boolean({ helpGroup, description: 'managers lock themselves when they restart; see swarm unlock' }),
  'drain-managers': Flags.boolean({ helpGroup, description: 'managers run no tasks' }),
  firewall: Flags.boolean({
    ...{ helpGroup, default: true, allowNo: true },
    description: "let only members in on the swarm's ports of each host",
  }),
};

/** The cluster's own settings, without members. @throws MachineError BadOption */
export function clusterSettings(
  name: ClusterName,
  flags: Readonly<Record<string, unknown>>,
  now: Date,
): Omit<Cluster, 'members'> {
  return {
    ...newCluster(name, now.toISOString()),
    advertise: advertiseChoice(String(flags['advertise'])),
    addressPool: listOf(flags['address-pool']) ?? [],
    subnetSize: Number(flags['subnet-size']),
    dataPathPort: Number(flags['data-path-port']),
    encrypted: flags['encrypted'] === true,
    autolock: flags['autolock'] === true,
    drainManagers: flags['drain-managers'] === true,
    firewall: flags['firewall'] !== false,
  };
}

/** @throws MachineError BadOption */
export function pairsOf(items: readonly string[], name: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    items.map((item) => {
      const [, key, value] = /^([^=\s]+)=(.*)$/s.exec(item) ?? [];
      if (key === undefined || value === undefined)
        throw new MachineError('BadOption', `option --${name} wants key=value, got "${item}"`);
      return [key, value];
    }),
  );
}

/** Those settings of the engine whose flags stood on the command line. */
export function changedSettings(engine: EngineOptions, typed: ReadonlySet<string>): Partial<EngineOptions> {
  const keys = Object.entries(KEYS).flatMap(([flag, key]) => (typed.has(flag) ? [key] : []));
  return Object.fromEntries(keys.map((key) => [key, engine[key]]));
}

const KEYS: Readonly<Record<string, keyof EngineOptions>> = {
  'engine-opt': 'opts',
  'engine-env': 'env',
  'engine-label': 'labels',
  'engine-insecure-registry': 'insecureRegistries',
  'engine-registry-mirror': 'registryMirrors',
  'engine-storage-driver': 'storageDriver',
  'engine-install-url': 'installUrl',
  'engine-source': 'source',
  'engine-bundle': 'bundle',
  'engine-version': 'version',
};

function advertiseChoice(text: string): AdvertiseChoice {
  if (text === 'auto' || text === 'private' || text === 'public') return { kind: text };
  if (/^[0-9a-fA-F:.]+\/\d{1,3}$/.test(text)) return { kind: 'network', cidr: text };
  if (/^[a-zA-Z0-9_.:-]{1,15}$/.test(text)) return { kind: 'interface', name: text };
  throw new MachineError('BadOption', `option --advertise wants auto, an interface or a network, got "${text}"`);
}
