import { describe, expect, it } from '@jest/globals';
import { parseName } from '../../src/name.js';
import type { Cluster } from '../../src/swarm/contract.js';
import { planDissolve, planForceNewCluster } from '../../src/swarm/plan-end.js';
import { planCluster } from '../../src/swarm/plan.js';
import { stepTitle } from '../../src/swarm/step-title.js';
import { failureOf, told } from '../helpers/failure.js';
import { endless, run } from './support/run.js';
import { addMachine, cluster, emptyWorld, factsOf, member, type World } from './support/world.js';

describe('the end of a cluster', () => {
  it('is that all leave, workers first and the leader last, and keep no rules', () => {
    const { world, wanted } = made();
    Object.assign(world.machines['w1'] ?? {}, { up: false });
    const foreign = { foreign: true, foreignUp: true, availability: 'active', labels: {}, machine: '', role: 'worker' };
    Object.assign(world.swarm?.nodes ?? {}, { x: foreign });

    const plan = planDissolve(wanted, factsOf(world, wanted));

    expect(plan.stages.map((stage) => stage.map(stepTitle))).toEqual([
      ['Taking w2 out of the swarm'],
      ['Taking m2 out of the swarm', 'Taking m3 out of the swarm'],
      ['Taking m1 out of the swarm'],
      ['m1', 'm2', 'm3', 'w2'].map((name) => `Taking the swarm's firewall rules off ${name}`),
    ]);
    expect(plan.waitingFor).toEqual(['w1']);
    expect(plan.advice).toEqual(["not berth's, so left without managers: m1"]);
  });

  it('is nothing where nobody is in it', () => {
    const world = emptyWorld();
    addMachine(world, 'm1');
    const wanted = cluster([member('m1', 'manager')]);

    expect(planDissolve(wanted, factsOf(world, wanted))).toEqual({
      stages: [],
      waitingFor: [],
      advice: [],
      again: false,
    });
  });

  it('does not touch a machine that is in another swarm', () => {
    const { world, wanted } = made();
    Object.assign(world.machines['w1'] ?? {}, { nodeId: 'y', elsewhere: true });

    const plan = planDissolve(wanted, factsOf(world, wanted));

    expect(plan.stages.flat().filter(({ kind, machine }) => kind === 'leave' && machine === 'w1')).toEqual([]);
  });
});

describe('a new cluster by force', () => {
  it('is one manager, backed up, that goes on alone', () => {
    const { world, wanted } = withoutQuorum();

    const plan = planForceNewCluster(wanted, factsOf(world, wanted));

    expect(plan).toEqual({
      stages: [
        [{ kind: 'backupRaft', machine: 'm1' }],
        [
          {
            ...{ kind: 'forceNewCluster', machine: 'm1' },
            ...{ advertise: '10.0.0.1', listen: '10.0.0.1', dataPath: '10.0.0.1' },
          },
        ],
      ],
      waitingFor: [],
      advice: ['what only the other managers knew is lost; those that come back leave and join "m1"'],
      again: true,
    });
  });

  it('is refused while there is a quorum', async () => {
    const { world, wanted } = made();

    const failure = await failureOf(() => planForceNewCluster(wanted, factsOf(world, wanted)));

    expect(told(failure)).toEqual({
      code: 'ClusterRefused',
      message: 'cannot force a new cluster "web": its managers have their quorum',
      exitCode: 2,
    });
  });

  it('is refused for a cluster with a key', async () => {
    const { world, wanted } = withoutQuorum();

    const failure = await failureOf(() => planForceNewCluster({ ...wanted, autolock: true }, factsOf(world, wanted)));

    expect(failure.message).toBe('cannot force a new cluster "web": it is locked with a key');
  });

  it('is refused with a manager that does not answer', async () => {
    const { world, wanted } = withoutQuorum();

    const failure = await failureOf(() => planForceNewCluster(wanted, factsOf(world, wanted), parseName('m2')));

    expect(told(failure)).toEqual({
      code: 'HostUnreachable',
      message: 'no manager that could go on alone answers: m2',
      exitCode: 4,
    });
  });

  it('lets managers that come back leave before they can go on as a swarm of their own', () => {
    const { world, wanted } = made();
    const facts = factsOf(world, wanted);
    if (!facts.swarm) throw new Error('no swarm');
    const forgotten = world.machines['m2']?.nodeId;
    const nodes = facts.swarm.nodes.map((node) =>
      node.id === forgotten ? { ...node, role: 'worker' as const, status: 'down' as const } : node,
    );

    const plan = planCluster(wanted, { ...facts, swarm: { ...facts.swarm, nodes } });

    expect(
      plan.stages
        .flat()
        .filter(({ machine }) => machine === 'm2')
        .map(({ kind }) => kind),
    ).toEqual([...['leave', 'removeNode', 'join', 'waitHealthy', 'probe']]);
  });
});

function made(): { world: World; wanted: Cluster } {
  const world = emptyWorld();
  const members = ['m1', 'm2', 'm3', 'w1', 'w2'].map((name) =>
    member(name, name.startsWith('m') ? 'manager' : 'worker'),
  );
  for (const { machine } of members) addMachine(world, machine);
  return {
    world,
    wanted: run(
      world,
      cluster(members),
      endless(() => 0),
    ).cluster,
  };
}

function withoutQuorum(): { world: World; wanted: Cluster } {
  const { world, wanted } = made();
  for (const name of ['m2', 'm3']) Object.assign(world.machines[name] ?? {}, { up: false });
  return { world, wanted };
}
