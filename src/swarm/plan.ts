import type { MachineName } from '../name.js';
import type { Cluster, ClusterNetwork } from './contract.js';
import { on, type DraftStage } from './draft.js';
import { unableAdvice } from './encryption.js';
import type { ClusterFacts, MachineFacts, SwarmFacts } from './facts.js';
import { addressBook, closeStage, openStage } from './plan-firewall.js';
import { beginningOf, networkNow, type Beginning } from './plan-init.js';
import { freeStage, joinStages, prepareStages, rejoinStages } from './plan-join.js';
import { ingressAdvice, ingressStage, nodeStages, probeStage, swarmStages } from './plan-nodes.js';
import { deadStages, demoteStages, keptAdvice, leaveStages, promoteStages } from './plan-remove.js';
import { upgradeStages } from './plan-upgrade.js';
import { managerAdvice } from './quorum.js';
import { refuseMoved, refuseSharedAddress, refuseWhole } from './refuse.js';
import { settle } from './settle.js';
import type { Plan } from './step.js';
import { ofKind, viewOf, type View } from './view.js';
import { zoneAdvice } from './zones.js';

/**
 * What is to be done so that the swarm becomes as it shall be; no stage when it is. Pure. What is dead goes first, then
 * whatever comes in comes in, then the living leave, so that the majority never depends on a step's success. Killed anywhere,
 * planning again from new facts finishes it.
 * @throws MachineError ClusterRefused, QuorumLost, HostUnreachable, BadOption
 */
export function planCluster(cluster: Cluster, facts: ClusterFacts): Plan {
  refuseWhole(cluster, facts);
  const isMember = (name: MachineName): boolean => cluster.members.some(({ machine }) => machine === name);
  const locked = facts.machines.filter((one) => one.reachable && one.node.state === 'locked' && isMember(one.machine));
  if (locked.length > 0) return unlockPlan(cluster, locked);
  if (facts.swarm) return planFrom(cluster, { ...facts, swarm: facts.swarm });
  const beginning = beginningOf(cluster, facts);
  if (!beginning) return waitingPlan(cluster, facts);
  return planFrom({ ...cluster, network: beginning.network }, beginning.facts, beginning);
}

function planFrom(cluster: Cluster, facts: ClusterFacts & { swarm: SwarmFacts }, beginning?: Beginning): Plan {
  const view = viewOf(cluster, facts, facts.swarm);
  refuseMoved(view);
  const network = cluster.network ?? networkNow(cluster, facts.machines);
  if (network) refuseSharedAddress(view, network);
  const stages = network ? [...stagesOf(view, network, beginning)] : [];
  return {
    stages: settle(view, stages),
    waitingFor: ofKind(view, 'waiting').map(({ member }) => member.machine),
    advice: [
      ...adviceOf(cluster),
      ...keptAdvice(view),
      ...unableAdvice(view),
      ...(network ? ingressAdvice(view, network) : []),
    ],
    again: false,
  };
}

function stagesOf(view: View, network: ClusterNetwork, beginning: Beginning | undefined): readonly DraftStage[] {
  const joiners = ofKind(view, 'joiner');
  const fresh = [...(beginning ? [beginning.machine] : []), ...joiners.map(({ machine }) => machine)];
  const everybody = view.members.flatMap((one) => ('machine' in one ? [one.machine] : []));
  const book = addressBook(view, network);
  return [
    ...deadStages(view),
    ...(beginning ? [freeBeginning(beginning)] : []),
    freeStage(joiners),
    openStage(view, book),
    ...prepareStages(fresh, everybody),
    ...(beginning ? [[beginning.init]] : []),
    ingressStage(view, network),
    ...rejoinStages(view, network),
    ...joinStages(view, network),
    ...promoteStages(view),
    ...nodeStages(view),
    probeStage(view, book),
    ...demoteStages(view),
    ...leaveStages(view),
    ...swarmStages(view),
    closeStage(view, book),
    ...upgradeStages(view),
  ];
}

/** An init that was killed half-way. */
function freeBeginning({ machine: { machine, node } }: Beginning): DraftStage {
  return node.state === 'inactive' ? [] : [on({ kind: 'leave', machine, force: true })];
}

/** Managers that are locked answer nothing, so all else is planned once they do. */
function unlockPlan(cluster: Cluster, locked: readonly MachineFacts[]): Plan {
  return {
    stages: [locked.map(({ machine }) => ({ kind: 'unlock', machine }))],
    waitingFor: [],
    advice: adviceOf(cluster),
    again: true,
  };
}

function waitingPlan(cluster: Cluster, facts: ClusterFacts): Plan {
  const isThere = (name: MachineName): boolean =>
    facts.machines.some(({ machine, reachable }) => machine === name && reachable);
  return {
    stages: [],
    waitingFor: cluster.members.map(({ machine }) => machine).filter((name) => !isThere(name)),
    advice: adviceOf(cluster),
    again: false,
  };
}

function adviceOf({ members }: Cluster): readonly string[] {
  const managers = members.filter(({ role }) => role === 'manager');
  return [...managerAdvice(managers.length), ...zoneAdvice(managers.map(({ zone }) => zone))];
}
