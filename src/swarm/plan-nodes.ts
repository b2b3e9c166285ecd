import { DRAINED_LABEL, type Availability, type Cluster, type ClusterNetwork, type Labels } from './contract.js';
import { on, onManager, via, type Draft, type DraftStage } from './draft.js';
import { overlayOption, USUAL_MTU } from './mtu.js';
import { smallestMtu } from './plan-join.js';
import type { ProbedNode } from './probe.js';
import { ofKind, type Current, type Joiner, type Rejoiner, type View } from './view.js';

/** Labels, then availability, of all members: an engine refuses two updates of one node at the same time. */
export function nodeStages(view: View): readonly DraftStage[] {
  const current = ofKind(view, 'current');
  const fresh = [...ofKind(view, 'joiner'), ...ofKind(view, 'rejoiner')].flatMap((one) => {
    const set = labelsOf(one);
    const { machine } = one.member;
    return Object.keys(set).length === 0 ? [] : [via({ kind: 'setLabels', machine, nodeId: '', set, unset: [] })];
  });
  return [[...current.flatMap(labelSteps), ...fresh], current.flatMap((one) => availabilitySteps(view.cluster, one))];
}

/** The ingress network is made for the cluster's smallest MTU before any service publishes a port (moby#24906, #41775). */
export function ingressStage(view: View, network: ClusterNetwork): DraftStage {
  const { cluster, swarm } = view;
  const mtu = overlayOption(smallestMtu(view, network)) ?? USUAL_MTU;
  if (!isIngressWrong(view, mtu) || swarm.ingress?.used === true) return [];
  return [onManager((machine) => ({ kind: 'createIngress', machine, mtu, encrypted: cluster.encrypted }))];
}

export function ingressAdvice(view: View, network: ClusterNetwork): readonly string[] {
  const mtu = overlayOption(smallestMtu(view, network)) ?? USUAL_MTU;
  if (view.swarm.ingress?.used !== true || !isIngressWrong(view, mtu)) return [];
  const wish = `an MTU of ${mtu}${view.cluster.encrypted ? ' and encryption' : ''}`;
  return [`the ingress network should have ${wish}, and cannot be replaced while services publish ports`];
}

/** What concerns the swarm as a whole. Tokens that a join has used are worth nothing afterwards. */
export function swarmStages({ cluster, swarm, members }: View): readonly DraftStage[] {
  const { autolock, tokensDue } = cluster;
  const joins = members.some(({ kind }) => kind === 'joiner' || kind === 'rejoiner');
  return [
    swarm.autolock === autolock ? [] : [onManager((machine) => ({ kind: 'setAutolock', machine, autolock }))],
    joins || tokensDue ? [onManager((machine) => ({ kind: 'rotateTokens', machine }))] : [],
  ];
}

/** Between those who come in and everybody, once all are there. */
export function probeStage(view: View, addresses: ReadonlyMap<string, string>): DraftStage {
  const fresh = [...ofKind(view, 'joiner'), ...ofKind(view, 'rejoiner')].map(({ member }) => member.machine);
  const [machine] = fresh;
  if (machine === undefined || addresses.size < 2) return [];
  const nodes = [...addresses].map(([name, address]): ProbedNode => {
    const one = view.members.find(({ member }) => member.machine === name);
    const manager = one ? one.member.role === 'manager' : false;
    const isNew = fresh.some((other) => other === name);
    return { name, address, manager, isNew, ...(one && one.kind !== 'waiting' ? { machine: one.member.machine } : {}) };
  });
  return [on({ kind: 'probe', machine, nodes, dataPathPort: view.cluster.dataPathPort })];
}

function isIngressWrong({ cluster, swarm }: View, mtu: number): boolean {
  const { ingress } = swarm;
  return !ingress || (ingress.mtu ?? USUAL_MTU) > mtu || (cluster.encrypted && !ingress.encrypted);
}

/** What the user said of the node goes before what is known of its machine. */
function labelsOf({ member, machine }: Current | Joiner | Rejoiner): Labels {
  return { ...machine.labels, ...member.labels };
}

function labelSteps(current: Current): Draft[] {
  const { member, node } = current;
  const { machine, unlabels } = member;
  const labels = labelsOf(current);
  const set: Labels = Object.fromEntries(Object.entries(labels).filter(([key, value]) => node.labels[key] !== value));
  const unset = unlabels.filter((key) => key in node.labels && !(key in labels));
  if (Object.keys(set).length === 0 && unset.length === 0) return [];
  return [via({ kind: 'setLabels', machine, nodeId: node.id, set, unset })];
}

/** A node that a killed run of ours drained is filled again, unless its upgrade is still to come. */
function availabilitySteps(cluster: Cluster, { member, machine: facts, node }: Current): Draft[] {
  const { machine } = member;
  const target = { machine, nodeId: node.id };
  const wish = wishOf(cluster, member);
  const wasDrained = DRAINED_LABEL in node.labels;
  if (wasDrained && facts.engineOutdated === true) return [];
  if (wasDrained) return [via({ kind: 'activate', ...target, availability: wish ?? 'active' })];
  if (wish === undefined || wish === node.availability) return [];
  return [via({ kind: 'setAvailability', ...target, availability: wish })];
}

/** Undefined where nobody said anything: whoever changes it afterwards is right. */
export function wishOf(cluster: Cluster, { availability, role }: Current['member']): Availability | undefined {
  return availability ?? (cluster.drainManagers && role === 'manager' ? 'drain' : undefined);
}
