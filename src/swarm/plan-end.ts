import { MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import { addressesIn } from './advertise.js';
import type { Cluster } from './contract.js';
import type { ClusterFacts, MachineFacts } from './facts.js';
import { nameList } from './name-list.js';
import { candidateOf } from './plan-join.js';
import { networkNow } from './plan-init.js';
import type { ClusterStep, Plan } from './step.js';
import { isElsewhere } from './view.js';

/** `swarm rm`: all members leave, workers first, and keep none of berth's rules. Services and their secrets are lost. */
export function planDissolve(cluster: Cluster, facts: ClusterFacts): Plan {
  const there = facts.machines.filter(({ reachable }) => reachable);
  const members = there.filter((one) => one.node.state !== 'inactive' && !isElsewhere(one, cluster, facts.swarm));
  const leaderId = facts.swarm?.nodes.find(({ leader }) => leader)?.id;
  const isLeader = ({ node }: MachineFacts): boolean => node.id === leaderId;
  const stages = [
    members.filter(({ node }) => !node.manager).map(leaveStep),
    members.filter((one) => one.node.manager && !isLeader(one)).map(leaveStep),
    members.filter((one) => one.node.manager && isLeader(one)).map(leaveStep),
    there.filter(({ firewall }) => (firewall?.members.length ?? 0) > 0).map((one) => closedStep(cluster, one)),
  ];
  const names = [...cluster.members.map(({ machine }) => machine), ...cluster.leaving];
  const strangers = strangersOf(cluster, facts);
  return {
    stages: stages.filter((stage) => stage.length > 0),
    waitingFor: names.filter((name) => !there.some(({ machine }) => machine === name)),
    advice: strangers.length === 0 ? [] : [`not berth's, so left without managers: ${nameList(strangers)}`],
    again: false,
  };
}

/**
 * `swarm repair --force-new-cluster`: one manager goes on alone with what it knows, and the others join it anew. What they
 * alone knew is lost, and until they have left, two of them could go on as a swarm of their own.
 * @throws MachineError ClusterRefused where that is not needed or cannot be done, HostUnreachable
 */
export function planForceNewCluster(cluster: Cluster, facts: ClusterFacts, survivor?: MachineName): Plan {
  const refuse = (why: string, ...suggestions: string[]): MachineError =>
    new MachineError('ClusterRefused', `cannot force a new cluster "${cluster.name}": ${why}`, { suggestions });
  if (facts.swarm) throw refuse('its managers have their quorum', `berth swarm repair ${cluster.name}`);
  // moby#36852: the engine loses the key.
  if (cluster.autolock) throw refuse('it is locked with a key', `berth swarm unlock ${cluster.name}`);
  const managers = cluster.members.filter(({ role }) => role === 'manager');
  const able = managers.flatMap((member) => {
    const machine = facts.machines.find((one) => one.machine === member.machine && one.reachable);
    const isLeft = machine?.node.manager === true || machine?.node.state === 'pending';
    return machine && isLeft && (survivor ?? machine.machine) === machine.machine ? [{ member, machine }] : [];
  });
  const [first] = able;
  const network = cluster.network ?? networkNow(cluster, facts.machines);
  if (!first || !network) {
    const names = survivor === undefined ? managers.map(({ machine }) => machine) : [survivor];
    throw new MachineError('HostUnreachable', `no manager that could go on alone answers: ${nameList(names)}`, {
      suggestions: [`berth start ${names.join(' ')}`],
    });
  }
  const { machine } = first.machine;
  const addresses = addressesIn(network, cluster.advertise, candidateOf(first.machine, first.member));
  return {
    stages: [[{ kind: 'backupRaft', machine }], [{ kind: 'forceNewCluster', machine, ...addresses }]],
    waitingFor: [],
    advice: [`what only the other managers knew is lost; those that come back leave and join "${machine}"`],
    again: true,
  };
}

function leaveStep({ machine, node }: MachineFacts): ClusterStep {
  return { kind: 'leave', machine, force: node.manager || node.state !== 'active' };
}

function closedStep({ dataPathPort, encrypted }: Cluster, { machine }: MachineFacts): ClusterStep {
  return { kind: 'firewall', machine, members: [], manager: false, dataPathPort, encrypted };
}

function strangersOf(cluster: Cluster, { machines, swarm }: ClusterFacts): readonly string[] {
  const own = new Set([...cluster.nodes.map(({ id }) => id), ...machines.map(({ node }) => node.id)]);
  return swarm?.nodes.filter(({ id }) => !own.has(id)).map(({ hostname }) => hostname) ?? [];
}
