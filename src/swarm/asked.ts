import { isDeepStrictEqual } from 'node:util';
import type { Cluster, Labels } from './contract.js';

/** What a user says of a cluster when it is made, and what cannot be changed without making it anew. */
const FIXED = ['subnetSize', 'dataPathPort', 'encrypted', 'advertise'] as const;
/** What the next plan brings about when it is changed. */
const CHANGEABLE = ['autolock', 'drainManagers', 'firewall', 'spread'] as const;

export type Setting = (typeof FIXED)[number] | (typeof CHANGEABLE)[number];

/** Settings that the two clusters do not have in common. */
export function differentSettings(one: Cluster, other: Cluster): readonly Setting[] {
  return [...FIXED, ...CHANGEABLE].filter((key) => !isDeepStrictEqual(one[key], other[key]));
}

/** The cluster with those settings of the other one that a cluster may change. */
export function withSettings(cluster: Cluster, wish: Cluster): Cluster {
  const { spread: _spread, ...rest } = cluster;
  const { autolock, drainManagers, firewall, spread } = wish;
  return { ...rest, autolock, drainManagers, firewall, ...(spread ? { spread } : {}) };
}

export function isFixed(setting: Setting): boolean {
  return FIXED.some((one) => one === setting);
}

/** What every member has was said of the cluster; what only some have was said of these. */
export function commonLabels({ members }: Cluster): Labels {
  const [first, ...others] = members;
  const isCommon = ([key, value]: [string, string]): boolean => others.every(({ labels }) => labels[key] === value);
  return Object.fromEntries(Object.entries(first?.labels ?? {}).filter(isCommon));
}
