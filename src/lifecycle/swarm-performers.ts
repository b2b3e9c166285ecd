import type { Learned } from '../swarm/progress.js';
import type { ClusterStep, StepKind } from '../swarm/step.js';
import type { ClusterKeys } from './swarm-keys.js';
import type { SwarmLinks } from './swarm-links.js';

/** Longer than the 20 s that engines give themselves. In milliseconds. */
export const CALL_WITHIN_MS = 60_000;

export interface StepContext {
  readonly links: SwarmLinks;
  readonly keys: ClusterKeys;
}

export type Step<K extends StepKind> = Extract<ClusterStep, { readonly kind: K }>;

/** What does each kind of step; undefined where a step tells nothing. */
export type Performers<K extends StepKind> = {
  readonly [kind in K]: (step: Step<kind>, context: StepContext) => Promise<Learned | undefined>;
};
