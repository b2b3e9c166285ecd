import type { ClusterName } from '../cluster-name.js';
import { isMachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import type { Cluster, Member } from '../swarm/contract.js';
import type { ClusterFacts, NodeFacts } from '../swarm/facts.js';
import { planCluster } from '../swarm/plan.js';
import { learnFrom } from '../swarm/progress.js';
import { majority } from '../swarm/quorum.js';
import { stepTitle } from '../swarm/step-title.js';
import type { Program } from './program.js';
import { readClusterFacts } from './swarm-facts.js';
import { SwarmLinks } from './swarm-links.js';

export interface ClusterStatus {
  readonly name: ClusterName;
  readonly id: string;
  readonly managers: number;
  readonly reachableManagers: number;
  /** So many must be reachable. */
  readonly needed: number;
  readonly nodes: readonly NodeStatus[];
  /** What `repair` would do, and what it cannot. */
  readonly due: readonly string[];
  readonly advice: readonly string[];
}

export interface NodeStatus {
  readonly machine: MachineName;
  readonly role: Member['role'];
  /** ready, down, locked, leader … or what keeps it out. */
  readonly status: string;
  readonly availability: string;
  readonly leader: boolean;
  readonly address: string;
  readonly engine: string;
}

/** Asks and changes nothing. @throws MachineError ClusterNotFound */
export async function clusterStatus(name: ClusterName, program: Program): Promise<ClusterStatus> {
  await using links = new SwarmLinks(program);
  const cluster = await program.clusters.read(name);
  const facts = await readClusterFacts(cluster, links, new Set(cluster.upgrading));
  const managers = (facts.swarm?.nodes ?? []).filter(({ role }) => role === 'manager');
  const count = managers.length || cluster.members.filter(({ role }) => role === 'manager').length;
  return {
    name,
    id: facts.swarm?.id ?? cluster.id ?? '',
    managers: count,
    reachableManagers: managers.filter(({ reachability }) => reachability === 'reachable').length,
    needed: majority(count),
    nodes: cluster.members.map((member) => nodeStatus(member, cluster, facts)),
    ...dueOf(cluster, facts),
  };
}

function nodeStatus({ machine, role }: Member, cluster: Cluster, { machines, swarm }: ClusterFacts): NodeStatus {
  const facts = machines.find((one) => one.machine === machine);
  const ids = [facts?.node.id, cluster.nodes.filter((one) => one.machine === machine).at(-1)?.id];
  const node = ids.flatMap((id) => swarm?.nodes.find((one) => one.id === id) ?? [])[0];
  return {
    machine,
    role: node?.role ?? role,
    status: statusOf(facts, node),
    availability: node?.availability ?? '',
    leader: node?.leader ?? false,
    address: node?.address ?? facts?.address ?? '',
    engine: node?.engineVersion ?? facts?.engineVersion ?? '',
  };
}

function statusOf(facts: ClusterFacts['machines'][number] | undefined, node: NodeFacts | undefined): string {
  if (!facts) return 'gone';
  if (!facts.reachable) return node?.status === 'ready' ? 'ready' : 'unreachable';
  if (facts.node.state !== 'active') return facts.node.state;
  return node?.status ?? 'no leader';
}

function dueOf(cluster: Cluster, facts: ClusterFacts): Pick<ClusterStatus, 'due' | 'advice'> {
  try {
    const { stages, waitingFor, advice } = planCluster(learnFrom(cluster, facts), facts);
    const steps = stages.flat().map((step) => stepTitle(step));
    return {
      due: [...steps, ...waitingFor.map((machine) => `${machine}: waits until it answers`)],
      advice: [...advice, ...(waitingFor.length > 0 ? silentAdvice(cluster, waitingFor) : [])],
    };
  } catch (error) {
    if (!isMachineError(error)) throw error;
    return { due: [error.message], advice: error.suggestions };
  }
}

/** The swarm takes a node back by itself once its network is whole again. */
function silentAdvice({ name }: Cluster, machines: readonly MachineName[]): readonly string[] {
  return [`berth status ${machines.join(' ')}`, `berth swarm repair ${name}`];
}
