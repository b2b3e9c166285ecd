import type { Cluster, OwnNode } from './contract.js';
import type { ClusterFacts } from './facts.js';
import type { ClusterStep } from './step.js';
import { ofKind, viewOf } from './view.js';

/** What has to be on record before the step is done, so that a run killed within it is understood. */
export function beforeStep(cluster: Cluster, step: ClusterStep): Cluster {
  if (step.kind === 'init') {
    return { ...cluster, initOn: step.machine, network: step.network, addressPool: step.addressPool };
  }
  return step.kind === 'join' && !cluster.tokensDue ? { ...cluster, tokensDue: true } : cluster;
}

/** What a step tells: `docker info` on the machine after an init or a join. */
export interface Learned {
  readonly nodeId?: string;
  readonly swarmId?: string;
}

/** What has to be on record once the step is done. The same cluster where nothing has. */
export function afterStep(cluster: Cluster, step: ClusterStep, { nodeId, swarmId }: Learned = {}): Cluster {
  if (step.kind === 'init' || step.kind === 'join') {
    const id = step.kind === 'init' && swarmId !== undefined ? { id: swarmId } : {};
    if (nodeId === undefined) return { ...cluster, ...id };
    return { ...cluster, ...id, nodes: withNode(cluster.nodes, { id: nodeId, machine: step.machine }) };
  }
  if (step.kind === 'removeNode') {
    return { ...cluster, nodes: cluster.nodes.filter(({ id }) => id !== step.nodeId) };
  }
  if (step.kind === 'upgradeEngine') {
    return { ...cluster, upgrading: cluster.upgrading.filter((machine) => machine !== step.machine) };
  }
  if (step.kind === 'setLabels' && step.unset.length > 0) {
    const members = cluster.members.map((member) =>
      member.machine === step.machine
        ? { ...member, unlabels: member.unlabels.filter((key) => !step.unset.includes(key)) }
        : member,
    );
    return { ...cluster, members };
  }
  return step.kind === 'rotateTokens' ? { ...cluster, tokensDue: false } : cluster;
}

/**
 * What facts add to the record: the id of a swarm whose init was killed, nodes of members that joined, and that others are
 * gone. Called before each plan. The same cluster where they add nothing.
 */
export function learnFrom(cluster: Cluster, facts: ClusterFacts): Cluster {
  return withZones(withNodes(cluster, facts), facts);
}

/** A provider may have chosen the zone. */
function withZones(cluster: Cluster, { machines }: ClusterFacts): Cluster {
  const zoneOf = (member: Cluster['members'][number]): string =>
    machines.find(({ machine }) => machine === member.machine)?.labels?.['zone'] ?? member.zone;
  if (cluster.members.every((member) => zoneOf(member) === member.zone)) return cluster;
  return { ...cluster, members: cluster.members.map((member) => ({ ...member, zone: zoneOf(member) })) };
}

function withNodes(cluster: Cluster, facts: ClusterFacts): Cluster {
  const { swarm } = facts;
  if (!swarm || (cluster.id !== undefined && cluster.id !== swarm.id)) return cluster;
  if (cluster.id === undefined && !isBegun(cluster, facts)) return cluster;
  const view = viewOf(cluster, facts, swarm);
  const found = [...ofKind(view, 'current'), ...ofKind(view, 'rejoiner')];
  const going = [...view.leavers, ...view.kept].flatMap(({ machine, node }) =>
    node ? [{ id: node.id, machine }] : [],
  );
  const nodes = [...found.map(({ member: { machine }, node: { id } }) => ({ id, machine })), ...going]
    .reduce(withNode, cluster.nodes)
    .filter(({ id }) => swarm.nodes.some((node) => node.id === id));
  if (cluster.id === swarm.id && nodes.map(({ id }) => id).join() === cluster.nodes.map(({ id }) => id).join())
    return cluster;
  return { ...cluster, id: swarm.id, nodes };
}

/** Once a plan has nothing to do: who should leave has left, but for those that have to wait. */
export function afterAll(cluster: Cluster): Cluster {
  const leaving = cluster.leaving.filter((name) => cluster.nodes.some(({ machine }) => machine === name));
  return leaving.length === cluster.leaving.length ? cluster : { ...cluster, leaving };
}

function isBegun({ initOn }: Cluster, { machines, swarm }: ClusterFacts): boolean {
  const first = machines.find(({ machine }) => machine === initOn);
  return first?.reachable === true && swarm?.nodes.some(({ id }) => id === first.node.id) === true;
}

function withNode(nodes: readonly OwnNode[], node: OwnNode): readonly OwnNode[] {
  return nodes.some(({ id }) => id === node.id) ? nodes : [...nodes, node];
}
