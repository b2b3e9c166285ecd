import { on, oneByOne, via, type Draft, type DraftStage } from './draft.js';
import type { NodeFacts } from './facts.js';
import { nameList } from './name-list.js';
import { hasLastingManager, keptManagers, ofKind, type Current, type Leaver, type View } from './view.js';

interface NodeLeaver extends Leaver {
  readonly node: NodeFacts;
}

/**
 * Before anything joins: what is dead only makes the majority larger (moby#26491). Managers that do not answer are demoted
 * and removed one by one, then the nodes that machines left behind.
 */
export function deadStages({ leavers }: View): readonly DraftStage[] {
  const dead = withNode(leavers).filter(isDead);
  return [
    ...dead.filter(({ node }) => node.role === 'manager').flatMap((one) => oneByOne(removalOf(one))),
    dead.filter(({ node, answers }) => node.role === 'worker' && !answers).map(removeStep),
  ];
}

/** After everything joined: drained together, demoted one by one with the leader last, then out. */
export function leaveStages({ leavers }: View): readonly DraftStage[] {
  const living = withNode(leavers).filter((one) => !isDead(one));
  const managers = living.filter(({ node }) => node.role === 'manager').sort(leaderLast);
  const leaving = leavers.filter((one) => one.answers && !(one.node && isDead(one as NodeLeaver)));
  return [
    living.filter(canMove).map(({ machine, node }) => via({ kind: 'drain', machine, nodeId: node.id })),
    ...oneByOne(managers.map(demoteStep)),
    leaving.map(({ machine, node }) => on({ kind: 'leave', machine, force: node === undefined })),
    living.map(removeStep),
  ];
}

export function promoteStages(view: View): readonly DraftStage[] {
  return ofKind(view, 'current')
    .filter(({ member, node }) => member.role === 'manager' && node.role === 'worker')
    .flatMap(({ member: { machine }, node }) => [
      [via({ kind: 'promote', machine, nodeId: node.id })],
      [via({ kind: 'waitHealthy', machine, role: 'manager' })],
    ]);
}

/** Members that shall be workers from now on; those that were drained for being managers are filled first. */
export function demoteStages(view: View): readonly DraftStage[] {
  if (!hasLastingManager(view.members)) return [];
  const demoted = ofKind(view, 'current')
    .filter(({ member, node }) => member.role === 'worker' && node.role === 'manager')
    .sort(leaderLast);
  return [
    demoted.filter((one) => isDrainedAsManager(view, one)).map(activateStep),
    ...oneByOne(demoted.map(({ member: { machine }, node }) => demoteStep({ machine, node }))),
  ];
}

/** What is said while managers are kept because those that shall follow them are not there yet. */
export function keptAdvice({ kept, members }: View): readonly string[] {
  const names = [...keptManagers(members).map(({ member }) => member.machine), ...kept.map(({ machine }) => machine)];
  return names.length === 0 ? [] : [`still a manager until another one has joined: ${nameList(names)}`];
}

function withNode(leavers: readonly Leaver[]): NodeLeaver[] {
  return leavers.flatMap(({ node, ...rest }) => (node ? [{ ...rest, node }] : []));
}

/** Nobody can move its tasks away any more, or count on its vote. */
function isDead({ node, answers }: NodeLeaver): boolean {
  if (node.role === 'manager' && node.reachability !== 'reachable') return true;
  return !answers && node.status !== 'ready';
}

/** A node that is down runs nothing that could be waited for. */
function canMove({ node }: NodeLeaver): boolean {
  return node.status === 'ready';
}

function removalOf(one: NodeLeaver): Draft[] {
  const leave = on({ kind: 'leave', machine: one.machine, force: true });
  return [demoteStep(one), ...(one.answers ? [leave] : []), removeStep(one)];
}

function demoteStep({ machine, node }: Pick<NodeLeaver, 'machine' | 'node'>): Draft {
  return via({ kind: 'demote', machine, nodeId: node.id });
}

/** What left by itself is down soon; of what does not answer nobody knows whether it ever is. */
function removeStep({ machine, node, answers }: NodeLeaver): Draft {
  return via({ kind: 'removeNode', machine, nodeId: node.id, force: !answers });
}

function activateStep({ member: { machine }, node }: Current): Draft {
  return via({ kind: 'activate', machine, nodeId: node.id, availability: 'active' });
}

function isDrainedAsManager({ cluster }: View, { member, node }: Current): boolean {
  return cluster.drainManagers && member.availability === undefined && node.availability === 'drain';
}

function leaderLast(one: { readonly node: NodeFacts }, other: { readonly node: NodeFacts }): number {
  return Number(one.node.leader) - Number(other.node.leader);
}
