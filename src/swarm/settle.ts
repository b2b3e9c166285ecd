import { MachineError } from '../errors.js';
import type { MachineName } from '../name.js';
import type { DraftStage } from './draft.js';
import { demotionFlaw, pauseFlaw, promotionFlaw, refused, type Voter } from './quorum.js';
import type { ClusterStep } from './step.js';
import type { View } from './view.js';

/** A manager as it will be at some point of the plan. */
interface Manager extends Voter {
  /** Undefined for somebody else's node, which is counted but not worked through. */
  readonly machine?: MachineName;
  /** It is one in the end as well. */
  readonly stays: boolean;
}

/**
 * Chooses for each step the manager it is done through, out of those there are at its turn, and checks that none takes the
 * quorum away. @throws MachineError ClusterRefused with the arithmetic
 */
export function settle(view: View, stages: readonly DraftStage[]): readonly (readonly ClusterStep[])[] {
  let managers = managersOf(view);
  const settled = stages.map((stage) => {
    const steps: ClusterStep[] = [];
    // Who becomes a manager in this very stage is none yet.
    const before = managers;
    for (const draft of stage) {
      const step = draft.make(throughFor(before, draft.about));
      managers = after(managers, step, view);
      steps.push(step);
    }
    return steps;
  });
  return settled.filter((stage) => stage.length > 0);
}

/** The managers there are now, the leader first. */
function managersOf(view: View): readonly Manager[] {
  const { swarm, members } = view;
  const nodes = [...swarm.nodes].sort((one, other) => Number(other.leader) - Number(one.leader));
  return nodes
    .filter(({ role }) => role === 'manager')
    .map((node) => {
      const own = members.find((member) => member.kind === 'current' && member.node.id === node.id);
      const leaver = [...view.leavers, ...view.kept].find((one) => one.answers && one.node?.id === node.id);
      const machine = own?.member.machine ?? leaver?.machine;
      const reachable = node.reachability === 'reachable';
      return { id: node.id, reachable, stays: own?.member.role === 'manager', ...(machine ? { machine } : {}) };
    });
}

/** Better one that stays, and not the machine that the step is about. '' before the first manager is there. */
function throughFor(managers: readonly Manager[], about: MachineName): MachineName {
  const usable = managers.filter(({ machine, reachable }) => machine !== undefined && reachable);
  const others = usable.filter(({ machine }) => machine !== about);
  return (others.find(({ stays }) => stays) ?? others[0] ?? usable[0])?.machine ?? ('' as MachineName);
}

function after(managers: readonly Manager[], step: ClusterStep, { cluster }: View): readonly Manager[] {
  const isManager = (machine: MachineName): boolean =>
    cluster.members.some((member) => member.machine === machine && member.role === 'manager');
  const check = (what: string, flaw: string | undefined): void => {
    if (flaw !== undefined) throw refused(what, step.machine, flaw);
  };
  const added = (id: string): readonly Manager[] => [
    ...managers,
    { id, machine: step.machine, reachable: true, stays: isManager(step.machine) },
  ];
  if ('through' in step && step.through === '') throw noManager(cluster.name);
  if (step.kind === 'promote' || (step.kind === 'join' && step.role === 'manager')) {
    check(step.kind, promotionFlaw(managers));
    return added(step.kind === 'promote' ? step.nodeId : keyOf(step.machine));
  }
  if (step.kind === 'demote') {
    check('demote', demotionFlaw(managers, step.nodeId));
    return managers.filter(({ id }) => id !== step.nodeId);
  }
  const manager = managers.find(({ machine }) => machine === step.machine);
  if (step.kind === 'upgradeEngine' && manager) check('upgrade', pauseFlaw(managers, manager.id));
  return managers;
}

/** What a node goes by until the swarm has given it an id. */
function keyOf(machine: MachineName): string {
  return `machine ${machine}`;
}

function noManager(name: string): MachineError {
  return new MachineError('ClusterRefused', `no manager of cluster "${name}" is left to work through`, {
    suggestions: [`berth swarm status ${name}`],
  });
}
