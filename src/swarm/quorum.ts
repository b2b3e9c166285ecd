import { MachineError } from '../errors.js';

/** A manager as far as the raft group's arithmetic goes. */
export interface Voter {
  /** The node's, or what stands for it while it has none. */
  readonly id: string;
  readonly reachable: boolean;
}

/** How many of them must answer (https://docs.docker.com/engine/swarm/raft/). */
export function majority(managers: number): number {
  return Math.floor(managers / 2) + 1;
}

/** How many of them may fail. */
export function tolerates(managers: number): number {
  return managers === 0 ? 0 : managers - majority(managers);
}

export function hasQuorum(voters: readonly Voter[]): boolean {
  return reachable(voters) >= majority(voters.length);
}

/**
 * Why this manager cannot be demoted, or undefined. As the engine counts: those that stay must have a majority among
 * themselves. Taking away one that is dead therefore always helps.
 */
export function demotionFlaw(voters: readonly Voter[], id: string): string | undefined {
  const rest = voters.filter((voter) => voter.id !== id);
  if (rest.length === 0) return 'it is the only manager';
  return hasQuorum(rest) ? undefined : arithmetic(rest.length, `${reachable(rest)} would be left`);
}

/** Why one more cannot join now, or undefined: it counts as soon as it is let in. */
export function promotionFlaw(voters: readonly Voter[]): string | undefined {
  const after = reachable(voters) + 1;
  return after >= majority(voters.length + 1) ? undefined : arithmetic(voters.length + 1, `${after} would answer`);
}

/**
 * Why this manager's engine cannot be restarted now, or undefined. One or two managers never can without a pause, and come
 * back by themselves, so there it is allowed while all of them answer.
 */
export function pauseFlaw(voters: readonly Voter[], id: string): string | undefined {
  const left = reachable(voters.filter((voter) => voter.id !== id));
  if (left >= majority(voters.length)) return undefined;
  if (voters.length < 3 && voters.every((voter) => voter.reachable || voter.id === id)) return undefined;
  return arithmetic(voters.length, `${left} would be left`);
}

/** "3 managers need 2; 1 would be left". */
export function arithmetic(managers: number, rest: string): string {
  return `${managers} ${managers === 1 ? 'manager needs' : 'managers need'} ${majority(managers)}; ${rest}`;
}

/** What is said of a number of managers before it is brought about. */
export function managerAdvice(managers: number): readonly string[] {
  const even = `${managers} managers bear the loss of ${tolerates(managers)}, as ${managers - 1} do: better ${managers - 1} or ${managers + 1}`;
  const many = `${managers} managers: more than 7 make every change slower and the cluster no safer`;
  return [...(managers > 0 && managers % 2 === 0 ? [even] : []), ...(managers > 7 ? [many] : [])];
}

export function refused(what: string, name: string, flaw: string): MachineError {
  return new MachineError('ClusterRefused', `cannot ${what} "${name}": ${flaw}`, {
    suggestions: ['Bring back or add managers first: berth swarm status'],
  });
}

function reachable(voters: readonly Voter[]): number {
  return voters.filter((voter) => voter.reachable).length;
}
