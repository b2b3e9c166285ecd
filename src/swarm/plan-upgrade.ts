import { DRAINED_LABEL } from './contract.js';
import { on, onManager, oneByOne, via, type Draft, type DraftStage } from './draft.js';
import { healthStep } from './plan-join.js';
import { wishOf } from './plan-nodes.js';
import { ofKind, type Current, type View } from './view.js';

/**
 * A copy of the raft store first; then worker by worker, manager by manager, the leader last (swarmsible#11), each only once
 * the one before is healthy.
 */
export function upgradeStages(view: View): readonly DraftStage[] {
  const current = ofKind(view, 'current');
  const outdated = current.filter(({ machine }) => machine.engineOutdated === true).sort(inTurn);
  if (outdated.length === 0) return [];
  return [
    [onManager((machine) => ({ kind: 'backupRaft', machine }))],
    current.filter(({ node }) => node.status !== 'ready').map(({ member }) => healthStep(member)),
    ...outdated.flatMap((one) => oneByOne(upgradeSteps(view, one))),
    // A leader that went away left the others unknown until they have reported to the next one.
    current.map(({ member }) => healthStep(member)),
  ];
}

/** Members that shall stop being managers are upgraded as the workers that they are by then. */
function inTurn(one: Current, other: Current): number {
  return rank(one) - rank(other);
}

function rank({ member, node }: Current): number {
  return member.role === 'worker' ? 0 : node.leader ? 2 : 1;
}

/** Where nobody could take the tasks over, draining would only make the pause longer. */
function upgradeSteps(view: View, { member, node }: Current): Draft[] {
  const { machine } = member;
  const target = { machine, nodeId: node.id };
  const wasDrained = DRAINED_LABEL in node.labels;
  const others = ofKind(view, 'current').filter((other) => other.node.id !== node.id && canRun(other));
  const moves = others.length > 0 && (node.availability === 'active' || wasDrained);
  return [
    ...(moves ? [via({ kind: 'drain', ...target })] : []),
    on({ kind: 'upgradeEngine', machine }),
    healthStep(member),
    ...(moves || wasDrained
      ? [via({ kind: 'activate', ...target, availability: wishOf(view.cluster, member) ?? 'active' })]
      : []),
  ];
}

/** By the time of the upgrade, a node that only a killed run drained is either filled again or the next to be. */
function canRun({ node }: Current): boolean {
  return node.status === 'ready' && (node.availability === 'active' || DRAINED_LABEL in node.labels);
}
