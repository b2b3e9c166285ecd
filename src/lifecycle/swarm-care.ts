import type { ClusterName } from '../cluster-name.js';
import { stepTitle } from '../swarm/step-title.js';
import type { Program } from './program.js';
import { changeCluster } from './swarm-command.js';
import { readClusterFacts } from './swarm-facts.js';
import { clusterKeys } from './swarm-keys.js';
import { bringAbout, type RunResult } from './swarm-run.js';
import { performStep } from './swarm-steps.js';

/** New join tokens, and a new unlock key where managers lock themselves. */
export function rotateSecrets(name: ClusterName, program: Program): Promise<void> {
  return changeCluster(name, program, async (cluster, { links, clusters }) => {
    const { swarm } = await readClusterFacts(cluster, links);
    const machine = swarm?.through ?? cluster.initOn;
    if (machine === undefined) return;
    const context = { links, keys: clusterKeys(name, clusters) };
    const kinds = ['rotateTokens', ...(cluster.autolock ? (['rotateUnlockKey'] as const) : [])] as const;
    for (const kind of kinds) {
      const step = { kind, machine };
      await program.report.step(stepTitle(step), () => performStep(step, context));
    }
    await clusters.write({ ...cluster, tokensDue: false });
  });
}

/** Whatever is planned, locked managers come first in it. */
export function unlockCluster(name: ClusterName, program: Program): Promise<RunResult> {
  return changeCluster(name, program, (cluster, run) => bringAbout(cluster, run));
}
