import { describe, expect, it } from '@jest/globals';
import type { Cluster, Member } from '../../src/swarm/contract.js';
import { planCluster } from '../../src/swarm/plan.js';
import { failureOf, told } from '../helpers/failure.js';
import { endless, run } from './support/run.js';
import { addMachine, cluster, emptyWorld, factsOf, member, type World } from './support/world.js';

describe('a plan is refused', () => {
  it('when a machine is named twice', async () => {
    const wanted = cluster([member('m1', 'manager'), member('m1', 'worker')]);

    expect(await refusal(emptyWorld(), wanted)).toEqual({
      code: 'ClusterRefused',
      message: 'machine "m1" is named twice in "web"',
      exitCode: 2,
    });
  });

  it('when no manager would be left', async () => {
    expect(await refusal(emptyWorld(), cluster([member('w1', 'worker')]))).toEqual({
      code: 'ClusterRefused',
      message: 'cluster "web" would have no manager',
      exitCode: 2,
    });
  });

  it.each(['m1', 'w1'])('when %s is in another swarm', async (name) => {
    const { world, wanted } = made(['m1', 'm2', 'm3', 'w1'], 0);
    Object.assign(world.machines[name] ?? {}, { state: 'active', nodeId: 'y', elsewhere: true });

    expect(await refusal(world, wanted)).toEqual({
      code: 'ClusterRefused',
      message: `machine "${name}" is in another swarm`,
      exitCode: 2,
    });
  });

  it('when the swarm that is found was not begun by berth', async () => {
    const { world, wanted } = made(['m1', 'm2', 'm3']);
    const stranger = cluster(wanted.members);

    expect(await refusal(world, stranger)).toMatchObject({ message: 'machine "m1" is in another swarm' });
  });

  it('when a machine is a copy of another one', async () => {
    const { world, wanted } = made(['m1', 'm2', 'm3']);
    addMachine(world, 'm4', { ...world.machines['m2'], address: '10.0.0.44' });
    const members = [...wanted.members, member('m4', 'worker')];

    expect(await refusal(world, { ...wanted, members })).toEqual({
      code: 'ClusterRefused',
      message: '"m2" and "m4" are the same node of a swarm',
      exitCode: 2,
    });
  });

  it('when a machine has the address of another one that is there', async () => {
    const { world, wanted } = made(['m1', 'm2', 'm3']);
    addMachine(world, 'w1', { address: world.machines['m2']?.address ?? '' });
    const members = [...wanted.members, member('w1', 'worker')];

    expect(await refusal(world, { ...wanted, members })).toEqual({
      code: 'ClusterRefused',
      message: `"w1" and "m2" have the same address, ${world.machines['m2']?.address ?? ''}`,
      exitCode: 2,
    });
  });

  it('not when a machine has the address of one that is off', () => {
    const { world, wanted } = made(['m1', 'm2', 'm3', 'w1']);
    addMachine(world, 'w2', { address: world.machines['w1']?.address ?? '' });
    Object.assign(world.machines['w1'] ?? {}, { up: false });
    const members = [...wanted.members, member('w2', 'worker')];

    expect(planCluster({ ...wanted, members }, factsOf(world, { ...wanted, members })).waitingFor).toEqual(['w1']);
  });

  it('when a demotion would take the quorum away', async () => {
    const { world, wanted } = made(['m1', 'm2', 'm3']);
    Object.assign(world.machines['m2'] ?? {}, { up: false });
    const members = wanted.members.map((one): Member => (one.machine === 'm3' ? { ...one, role: 'worker' } : one));

    expect(await refusal(world, { ...wanted, members })).toEqual({
      code: 'ClusterRefused',
      message: 'cannot demote "m3": 2 managers need 2; 1 would be left',
      exitCode: 2,
    });
  });

  it('when an upgrade would take the quorum away', async () => {
    const { world, wanted } = made(['m1', 'm2', 'm3']);
    Object.assign(world.machines['m2'] ?? {}, { up: false });
    Object.assign(world.machines['m3'] ?? {}, { outdated: true });

    expect(await refusal(world, wanted)).toMatchObject({
      message: 'cannot upgrade "m3": 3 managers need 2; 1 would be left',
    });
  });

  it('when the only manager lost its address', async () => {
    const { world, wanted } = made(['m1', 'w1']);
    const facts = factsOf(world, wanted);
    const machines = facts.machines.map((one) =>
      one.machine === 'm1'
        ? { ...one, address: '10.0.7.7', interfaces: [{ name: 'eth0', mtu: 1500, addresses: [] }] }
        : one,
    );

    const failure = await failureOf(() => planCluster(wanted, { ...facts, machines }));

    expect(told(failure)).toEqual({
      code: 'ClusterRefused',
      message: '"m1" is the only manager and lost its address 10.0.0.1',
      exitCode: 2,
    });
  });

  it('when a pool of the user overlaps a network of the machines', async () => {
    const world = emptyWorld();
    addMachine(world, 'm1');

    expect(await refusal(world, cluster([member('m1', 'manager')], { addressPool: ['10.0.0.0/8'] }))).toEqual({
      code: 'BadOption',
      message: 'the address pool 10.0.0.0/8 overlaps 10.0.0.0/16 of "m1"',
      exitCode: 2,
    });
  });
});

describe('a cluster that lost its quorum', () => {
  it('is not begun anew, and its user is told how to mend it and what that costs', async () => {
    const { world, wanted } = made(['m1', 'm2', 'm3', 'w1']);
    for (const name of ['m2', 'm3']) Object.assign(world.machines[name] ?? {}, { up: false });

    const failure = await failureOf(() => planCluster(wanted, factsOf(world, wanted)));

    expect(told(failure)).toEqual({
      code: 'QuorumLost',
      message: 'cluster "web" has no quorum: 3 managers need 2; 1 answers',
      exitCode: 4,
    });
    expect(failure.suggestions).toEqual([
      'berth start m2 m3',
      'berth swarm repair web --force-new-cluster',
      'Know that this loses what only the lost managers knew, and that they must not come back as they are',
    ]);
  });

  it('is told from one whose managers answer and have not elected a leader yet', async () => {
    const { world, wanted } = made(['m1', 'm2', 'm3']);
    const { swarm: _leaderless, ...facts } = factsOf(world, wanted);

    const failure = await failureOf(() => planCluster(wanted, facts));

    expect(told(failure)).toEqual({
      code: 'QuorumLost',
      message: 'cluster "web" has no leader yet, though enough of its 3 managers answer',
      exitCode: 4,
    });
    expect(failure.suggestions).toEqual([
      'berth swarm repair web',
      'Check that the managers reach each other at port 2377 (TCP)',
      'Only where they never elect one: berth swarm repair web --force-new-cluster',
    ]);
  });

  it('is told from one whose managers are all off', async () => {
    const { world, wanted } = made(['m1', 'm2', 'm3']);
    for (const machine of Object.values(world.machines)) Object.assign(machine, { up: false });

    const failure = await failureOf(() => planCluster(wanted, factsOf(world, wanted)));

    expect(told(failure)).toEqual({
      code: 'HostUnreachable',
      message: 'no manager of cluster "web" answers: m1, m2, m3',
      exitCode: 4,
    });
    expect(failure.suggestions).toEqual(['berth start m1 m2 m3', 'berth swarm status web']);
  });

  it('is not begun anew where all its managers have forgotten it', async () => {
    const { world, wanted } = made(['m1', 'w1']);
    Object.assign(world.machines['m1'] ?? {}, { state: 'inactive', nodeId: '', nodeAddress: '' });

    expect(await refusal(world, wanted)).toMatchObject({
      message: 'cluster "web" has no quorum: 1 manager needs 1; 0 answer',
    });
  });
});

function made(names: readonly string[], killedAfter?: number): { world: World; wanted: Cluster } {
  const world = emptyWorld();
  for (const name of names) addMachine(world, name);
  const wanted = cluster(names.map((name) => member(name, name.startsWith('m') ? 'manager' : 'worker')));
  if (killedAfter === 0) return { world, wanted };
  return {
    world,
    wanted: run(
      world,
      wanted,
      endless(() => 0),
    ).cluster,
  };
}

async function refusal(world: World, wanted: Cluster): Promise<ReturnType<typeof told>> {
  return told(await failureOf(() => planCluster(wanted, factsOf(world, wanted))));
}
