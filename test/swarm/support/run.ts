import type { Cluster } from '../../../src/swarm/contract.js';
import { planCluster } from '../../../src/swarm/plan.js';
import { afterAll, afterStep, beforeStep, learnFrom } from '../../../src/swarm/progress.js';
import { apply } from './engine.js';
import { factsOf, type World } from './world.js';

/** A run of berth that is killed when its fuel is used up: between two steps, or with a step done and not written down. */
export interface Fuel {
  steps: number;
  /** Whether the last step's outcome gets on record. */
  readonly records: boolean;
  readonly random: () => number;
}

/** The record as the run left it, and whether it came to its end. */
export interface Outcome {
  readonly cluster: Cluster;
  readonly done: boolean;
}

export function run(world: World, start: Cluster, fuel: Fuel): Outcome {
  let cluster = start;
  for (let round = 0; round < 4; round += 1) {
    const facts = factsOf(world, cluster);
    cluster = learnFrom(cluster, facts);
    const { stages } = planCluster(cluster, facts);
    if (stages.length === 0) return { cluster: afterAll(cluster), done: true };
    for (const stage of stages) {
      for (const step of shuffled(stage, fuel.random)) {
        cluster = beforeStep(cluster, step);
        if (fuel.steps <= 0) return { cluster, done: false };
        const learned = apply(world, step);
        fuel.steps -= 1;
        if (fuel.steps <= 0 && !fuel.records) return { cluster, done: false };
        cluster = afterStep(cluster, step, learned);
      }
    }
  }
  throw new Error('four plans were not enough');
}

export function endless(random: () => number = Math.random): Fuel {
  return { steps: Number.POSITIVE_INFINITY, records: true, random };
}

export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item);
}
