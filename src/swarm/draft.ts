import type { MachineName } from '../name.js';
import type { ClusterStep } from './step.js';

/** A step whose manager is chosen when it is known which managers there will be at its turn. */
export interface Draft {
  /** The machine that the step is about: better not the one that it is done through. */
  readonly about: MachineName;
  readonly make: (through: MachineName) => ClusterStep;
}

export type DraftStage = readonly Draft[];

type OfKind<K extends ClusterStep['kind']> = Extract<ClusterStep, { readonly kind: K }>;
type ThroughKind = Extract<ClusterStep, { readonly through: MachineName }>['kind'];

/** Stands for the id of the node that this plan's init makes. */
export const NEW_NODE = 'new';

/** A step on the machine itself. */
export function on(step: Exclude<ClusterStep, { readonly through: MachineName }>): Draft {
  return { about: step.machine, make: () => step };
}

/** A step about a machine that a manager is asked for. */
export function via<K extends ThroughKind>(step: Omit<OfKind<K>, 'through'> & { readonly kind: K }): Draft {
  const target = 'nodeId' in step && step.nodeId === NEW_NODE ? { nodeId: '' } : {};
  return { about: step.machine, make: (through) => ({ ...step, ...target, through }) as unknown as ClusterStep };
}

/** A step of the cluster as a whole, on whichever manager. */
export function onManager(make: (machine: MachineName) => ClusterStep): Draft {
  return { about: '' as MachineName, make };
}

/** Stages in which each step stands alone. */
export function oneByOne(drafts: DraftStage): readonly DraftStage[] {
  return drafts.map((draft) => [draft]);
}
