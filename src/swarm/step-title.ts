import { nameList } from './name-list.js';
import type { ClusterStep, StepKind } from './step.js';

type Titles = { readonly [K in StepKind]: (step: Extract<ClusterStep, { readonly kind: K }>) => string };

const TITLES: Titles = {
  unlock: ({ machine }) => `Unlocking ${machine}`,
  liveRestoreOff: ({ machine }) => `Turning live-restore off on ${machine}`,
  firewall: ({ machine, members }) =>
    members.length === 0 ? `Taking the swarm's firewall rules off ${machine}` : `Opening ${machine} to the members`,
  checksumOffloadOff: ({ machine }) => `Turning checksum offload off on ${machine}`,
  createBridge: ({ machine, mtu }) => `Making docker_gwbridge with an MTU of ${mtu} on ${machine}`,
  init: ({ machine, advertise }) => `Beginning the swarm on ${machine} at ${advertise}`,
  createIngress: ({ mtu, encrypted }) =>
    `Making the ${encrypted ? 'encrypted ' : ''}ingress network with an MTU of ${mtu}`,
  join: ({ machine, role }) => `Joining ${machine} as a ${role}`,
  setLabels: ({ machine }) => `Labelling ${machine}`,
  setAvailability: ({ machine, availability }) => `Setting ${machine} to ${availability}`,
  promote: ({ machine }) => `Promoting ${machine}`,
  demote: ({ machine }) => `Demoting ${machine}`,
  drain: ({ machine }) => `Draining ${machine}`,
  activate: ({ machine, availability }) => `Setting ${machine} back to ${availability}`,
  leave: ({ machine }) => `Taking ${machine} out of the swarm`,
  removeNode: ({ machine }) => `Removing the node of ${machine}`,
  waitHealthy: ({ machine }) => `Waiting until ${machine} is ready`,
  probe: ({ nodes }) =>
    `Probing the swarm's ports of ${nameList(nodes.flatMap(({ name, isNew }) => (isNew ? [name] : [])))}`,
  setAutolock: ({ autolock }) => `Turning autolock ${autolock ? 'on' : 'off'}`,
  rotateTokens: () => 'Rotating the join tokens',
  rotateUnlockKey: () => 'Rotating the unlock key',
  backupRaft: ({ machine }) => `Copying the raft store of ${machine}`,
  upgradeEngine: ({ machine }) => `Upgrading the engine of ${machine}`,
  forceNewCluster: ({ machine }) => `Going on with ${machine} alone`,
};

/** For progress and for a plan that is shown: "Joining w1 as a worker". */
export function stepTitle<K extends StepKind>(step: Extract<ClusterStep, { readonly kind: K }>): string {
  const title = TITLES[step.kind] as (of: ClusterStep) => string;
  return title(step);
}
