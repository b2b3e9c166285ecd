import { describe, expect, it } from '@jest/globals';
import type { Cluster } from '../../src/swarm/contract.js';
import type { ClusterFacts } from '../../src/swarm/facts.js';
import { planCluster } from '../../src/swarm/plan.js';
import { failureOf, told } from '../helpers/failure.js';
import { endless, run } from './support/run.js';
import { addMachine, cluster, emptyWorld, factsOf, member, type World } from './support/world.js';

const FLAW = 'Error: Requested AEAD algorithm not found.';

function unable(facts: ClusterFacts, ...names: readonly string[]): ClusterFacts {
  const machines = facts.machines.map((one) => (names.includes(one.machine) ? { ...one, espFlaw: FLAW } : one));
  return { ...facts, machines };
}

function made(encrypted: boolean): { world: World; wanted: Cluster } {
  const world = emptyWorld();
  for (const name of ['m1', 'w1']) addMachine(world, name);
  const wish = cluster([member('m1', 'manager'), member('w1', 'worker')], { encrypted });
  const { cluster: wanted } = run(
    world,
    wish,
    endless(() => 0),
  );
  return { world, wanted };
}

describe('a machine whose kernel cannot encrypt', () => {
  it('is not in an encrypted cluster from its beginning', async () => {
    const world = emptyWorld();
    for (const name of ['m1', 'w1', 'w2']) addMachine(world, name);
    const wanted = cluster([member('m1', 'manager'), member('w1', 'worker'), member('w2', 'worker')], {
      encrypted: true,
    });

    const failure = await failureOf(() => planCluster(wanted, unable(factsOf(world, wanted), 'w1', 'w2')));

    expect(told(failure)).toEqual({
      code: 'ClusterRefused',
      message: 'no ESP with AES-GCM, which encryption needs, in the kernel of w1, w2',
      exitCode: 2,
    });
    expect(failure.suggestions).toEqual([
      'See whether the kernel has it as modules: berth ssh w1 -- sudo modprobe -a esp4 gcm',
      'Or without --encrypted: berth swarm rm --keep-machines web, then create it again',
    ]);
    expect(failure.cause).toEqual(new Error(FLAW));
  });

  it('does not join an encrypted cluster', async () => {
    const { world, wanted } = made(true);
    addMachine(world, 'w2');
    const grown = { ...wanted, members: [...wanted.members, member('w2', 'worker')] };

    const failure = await failureOf(() => planCluster(grown, unable(factsOf(world, grown), 'w2')));

    expect(failure.message).toBe('no ESP with AES-GCM, which encryption needs, in the kernel of w2');
    expect(failure.suggestions[1]).toBe('Or leave it out: berth swarm leave web w2');
  });

  it('is told of as a member, which keeps nobody from leaving', () => {
    const { world, wanted } = made(true);

    const plan = planCluster(wanted, unable(factsOf(world, wanted), 'w1'));

    expect(plan.stages).toEqual([]);
    expect(plan.advice).toContain('cannot encrypt, so reach no other node: w1');
  });

  it('is as good as any in a cluster that is not encrypted', () => {
    const { world, wanted } = made(false);

    expect(planCluster(wanted, unable(factsOf(world, wanted), 'm1', 'w1')).stages).toEqual([]);
  });
});
