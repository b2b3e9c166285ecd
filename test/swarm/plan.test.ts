import { describe, expect, it } from '@jest/globals';
import type { Cluster, Member } from '../../src/swarm/contract.js';
import { planCluster } from '../../src/swarm/plan.js';
import { learnFrom } from '../../src/swarm/progress.js';
import type { ClusterStep, Plan } from '../../src/swarm/step.js';
import { endless, run } from './support/run.js';
import { addMachine, cluster, emptyWorld, factsOf, member, type World } from './support/world.js';

describe('the plan of a cluster', () => {
  it('is made from nothing', () => {
    const { world, wanted } = machinesFor(THREE_AND_TWO);

    const plan = planOf(world, wanted);

    expect(lines(plan)).toEqual([
      'firewall m1, firewall m2, firewall m3, firewall w1, firewall w2',
      'liveRestoreOff m1, liveRestoreOff m2, liveRestoreOff m3, liveRestoreOff w1, liveRestoreOff w2',
      'init m1',
      'join m2 via m1, join w1 via m1, join w2 via m1',
      'waitHealthy m2 via m1',
      'join m3 via m1',
      'waitHealthy m3 via m1',
      'probe m2',
      'rotateTokens m1',
    ]);
    expect(plan).toMatchObject({ waitingFor: [], advice: [], again: false });
    expect(plan.stages[2]).toEqual([
      {
        ...{ kind: 'init', machine: 'm1', availability: 'active' },
        ...{ advertise: '10.0.0.1', listen: '10.0.0.1', dataPath: '10.0.0.1' },
        network: { scope: 'private', family: 4, cidr: '10.0.0.0/16', place: 'lab', mtu: 1500 },
        ...{ addressPool: ['10.128.0.0/9'], subnetSize: 24, dataPathPort: 4789, autolock: false },
      },
    ]);
  });

  it('has nothing to do once that is done', () => {
    const { world, wanted } = made(THREE_AND_TWO);

    expect(planOf(world, wanted)).toEqual({ stages: [], waitingFor: [], advice: [], again: false });
  });

  it('begins with the machines that are there, where those that boot are in the same place', () => {
    const { world, wanted } = machinesFor([member('m1', 'manager'), member('m2', 'manager'), member('m3', 'manager')]);
    for (const name of ['m1', 'm3']) Object.assign(world.machines[name] ?? {}, { up: false });

    const plan = planOf(world, wanted);

    expect(lines(plan)).toEqual(['firewall m2', 'liveRestoreOff m2', 'init m2']);
    expect(plan.waitingFor).toEqual(['m1', 'm3']);
  });

  it.each<[string, Partial<Cluster>, Member[]]>([
    [
      'that was chosen to begin',
      { initOn: member('m1', 'manager').machine },
      [member('m1', 'manager'), member('m2', 'manager')],
    ],
    ['whose networks nobody knows', {}, [member('m1', 'manager', { place: '' }), member('m2', 'manager')]],
    ['that is the only manager', {}, [member('m1', 'manager'), member('m2', 'worker')]],
  ])('waits for the machine %s', (_what, changes, members) => {
    const { world, wanted } = machinesFor(members);
    Object.assign(world.machines['m1'] ?? {}, { up: false });

    const plan = planOf(world, { ...wanted, ...changes });

    expect(plan).toMatchObject({ stages: [], waitingFor: ['m1'] });
  });

  it('gives what belongs to a smaller MTU, encryption and drained managers', () => {
    const { world, wanted } = machinesFor([
      member('m1', 'manager'),
      member('w1', 'worker', { labels: { disk: 'ssd' } }),
    ]);
    for (const machine of Object.values(world.machines)) Object.assign(machine, { mtu: 1450, liveRestore: false });

    const plan = planOf(world, { ...wanted, firewall: false, encrypted: true, drainManagers: true });

    expect(lines(plan)).toEqual([
      'createBridge m1, createBridge w1',
      'init m1',
      'createIngress m1',
      'join w1 via m1',
      'setLabels w1 via m1',
      'probe w1',
      'rotateTokens m1',
    ]);
    expect(plan.stages.flat()).toContainEqual({ kind: 'createIngress', machine: 'm1', mtu: 1450, encrypted: true });
    expect(plan.stages.flat()).toContainEqual({
      ...{ kind: 'createBridge', machine: 'w1', mtu: 1450, subnet: '172.17.0.0/16', replace: false },
    });
    expect(plan.stages[1]).toMatchObject([{ kind: 'init', availability: 'drain', network: { mtu: 1450 } }]);
  });

  it('says that an ingress network in use cannot be replaced', () => {
    const { world, wanted } = made([member('m1', 'manager')]);
    const facts = factsOf(world, wanted);
    if (!facts.swarm) throw new Error('no swarm');

    const plan = planCluster(
      { ...wanted, encrypted: true },
      { ...facts, swarm: { ...facts.swarm, ingress: { encrypted: false, used: true } } },
    );

    expect(plan).toMatchObject({
      stages: [],
      advice: [
        'the ingress network should have an MTU of 1500 and encryption, and cannot be replaced while services publish ports',
      ],
    });
  });
});

describe('the plan of members that go', () => {
  it('drains a worker, lets it leave and removes its node', () => {
    const { world, wanted } = made(THREE_AND_TWO);

    const plan = planOf(world, leaving(wanted, 'w2'));

    expect(lines(plan)).toEqual([
      'drain w2 via m1',
      'leave w2',
      'removeNode w2 via m1',
      'firewall m1, firewall m2, firewall m3, firewall w1, firewall w2',
    ]);
  });

  it('adds managers before it takes the old ones away, the leader last', () => {
    const { world, wanted } = made(THREE);
    for (const name of ['n1', 'n2']) addMachine(world, name, { liveRestore: false });
    const members = [...wanted.members, member('n1', 'manager'), member('n2', 'manager')];

    const plan = planOf(world, leaving({ ...wanted, members }, 'm1', 'm2'));

    expect(lines(plan)).toEqual([
      'firewall m3, firewall n1, firewall n2, firewall m1, firewall m2',
      'join n1 via m3',
      'waitHealthy n1 via m3',
      'join n2 via m3',
      'waitHealthy n2 via m3',
      'probe n1',
      'drain m1 via m3, drain m2 via m3',
      'demote m2 via m3',
      'demote m1 via m3',
      'leave m1, leave m2',
      'removeNode m1 via m3, removeNode m2 via m3',
      'rotateTokens m3',
      'firewall m3, firewall n1, firewall n2, firewall m1, firewall m2',
    ]);
  });

  it('takes a manager whose machine is gone out of the count before another one joins', () => {
    const { world, wanted } = made(THREE);
    Reflect.deleteProperty(world.machines, 'm1');
    addMachine(world, 'm4', { liveRestore: false });
    const members = [...wanted.members.slice(1), member('m4', 'manager')];

    const plan = planOf(world, { ...wanted, members });

    expect(lines(plan).slice(0, 4)).toEqual([
      'demote m1 via m2',
      'removeNode m1 via m2',
      'firewall m2, firewall m3, firewall m4',
      'join m4 via m2',
    ]);
  });

  it('keeps the last manager until the one that shall follow it is there', () => {
    const { world, wanted } = made([member('m1', 'manager'), member('w1', 'worker')]);
    addMachine(world, 'm2', { up: false });
    const members = [...wanted.members, member('m2', 'manager')];

    const plan = planOf(world, leaving({ ...wanted, members }, 'm1'));

    expect(plan).toMatchObject({
      stages: [],
      waitingFor: ['m2'],
      advice: ['still a manager until another one has joined: m1'],
    });
  });

  it('works through a newcomer only once it has joined', () => {
    const { world, wanted } = made([member('m1', 'manager')]);
    for (const name of ['m2', 'w1']) addMachine(world, name, { liveRestore: false });
    const members = [...wanted.members, member('m2', 'manager'), member('w1', 'worker')];

    const plan = planOf(world, leaving({ ...wanted, members }, 'm1'));

    expect(lines(plan).slice(1, 3)).toEqual(['join m2 via m1, join w1 via m1', 'waitHealthy m2 via m1']);
  });

  it('removes the node that a machine made anew has left behind', () => {
    const { world, wanted } = made(THREE_AND_TWO);
    addMachine(world, 'w1', { liveRestore: false });

    expect(lines(planOf(world, { ...wanted, firewall: false }))).toEqual([
      'removeNode w1 via m1',
      'join w1 via m1',
      'probe w1',
      'rotateTokens m1',
    ]);
  });

  it('waits for members that are off', () => {
    const { world, wanted } = made(THREE_AND_TWO);
    for (const name of ['m2', 'w1']) Object.assign(world.machines[name] ?? {}, { up: false });

    expect(planOf(world, wanted)).toMatchObject({ stages: [], waitingFor: ['m2', 'w1'] });
  });

  it("does nothing to somebody else's node of the same host name", () => {
    const { world, wanted } = made(THREE);
    const nodes = world.swarm?.nodes ?? {};
    const foreign = { foreign: true, foreignUp: false, availability: 'active', labels: {}, machine: '' } as const;
    Object.assign(nodes, { x: { ...foreign, role: 'worker' } });

    expect(planOf(world, leaving(wanted, 'm1')).stages.flat()).not.toContainEqual(
      expect.objectContaining({ nodeId: 'x' }),
    );
  });
});

describe('the plan of members that change', () => {
  it('lets a manager whose address changed in anew through another one', () => {
    const { world, wanted } = made(THREE);
    Object.assign(world.machines['m1'] ?? {}, { address: '10.0.7.7' });

    expect(lines(planOf(world, { ...wanted, firewall: false }))).toEqual([
      'demote m1 via m2',
      'leave m1',
      'removeNode m1 via m2',
      'join m1 via m2',
      'waitHealthy m1 via m2',
      'probe m1',
      'rotateTokens m2',
    ]);
  });

  it('promotes before it demotes', () => {
    const { world, wanted } = made(THREE_AND_TWO);
    const swapped = wanted.members.map((one): Member => {
      if (one.machine === 'm1') return { ...one, role: 'worker' };
      return one.machine === 'w1' ? { ...one, role: 'manager' } : one;
    });

    expect(lines(planOf(world, { ...wanted, members: swapped, firewall: false }))).toEqual([
      'promote w1 via m2',
      'waitHealthy w1 via m2',
      'demote m1 via m2',
    ]);
  });

  it('upgrades workers, then managers, the leader last, after a copy of the raft store', () => {
    const { world, wanted } = made([...THREE, member('w1', 'worker')]);
    for (const machine of Object.values(world.machines)) Object.assign(machine, { outdated: true });

    expect(lines(planOf(world, wanted))).toEqual([
      'backupRaft m1',
      ...['w1 via m1', 'm2 via m1', 'm3 via m1', 'm1 via m2'].flatMap((one) => [
        `drain ${one}`,
        `upgradeEngine ${one.split(' ')[0] ?? ''}`,
        `waitHealthy ${one}`,
        `activate ${one}`,
      ]),
      'waitHealthy m1 via m2, waitHealthy m2 via m1, waitHealthy m3 via m1, waitHealthy w1 via m1',
    ]);
  });

  it('fills a node again that a killed run has drained, and leaves alone what its user drained', () => {
    const { world, wanted } = made(THREE_AND_TWO);
    for (const node of Object.values(world.swarm?.nodes ?? {})) {
      if (node.machine === 'w1') Object.assign(node, { availability: 'drain', labels: { 'berth.drained': 'yes' } });
      if (node.machine === 'w2') Object.assign(node, { availability: 'drain' });
    }

    expect(lines(planOf(world, wanted))).toEqual(['activate w1 via m1']);
  });

  it('unlocks first, and plans the rest when that is done', () => {
    const { world, wanted } = made(THREE);
    for (const name of ['m1', 'm2']) Object.assign(world.machines[name] ?? {}, { state: 'locked' });

    const plan = planOf(world, { ...wanted, autolock: true });

    expect(lines(plan)).toEqual(['unlock m1, unlock m2']);
    expect(plan.again).toBe(true);
  });

  it.each([
    [['', '', ''], []],
    [['a', 'b', 'c'], []],
    [['a', 'a', 'a'], []],
    [['a', 'a', 'b'], ["2 of 3 managers are in zone a: its loss would be the cluster's"]],
  ])('advises on managers in zones %j', (zones, advice) => {
    const { world, wanted } = machinesFor(zones.map((zone, index) => member(`m${index + 1}`, 'manager', { zone })));

    expect(planOf(world, wanted).advice).toEqual(advice);
  });
});

const THREE = ['m1', 'm2', 'm3'].map((name) => member(name, 'manager'));
const THREE_AND_TWO = [...THREE, member('w1', 'worker'), member('w2', 'worker')];

interface Scene {
  readonly world: World;
  readonly wanted: Cluster;
}

function machinesFor(members: readonly Member[]): Scene {
  const world = emptyWorld();
  for (const { machine } of members) addMachine(world, machine);
  return { world, wanted: cluster(members) };
}

/** As a first run leaves it; the leader is m1. */
function made(members: readonly Member[]): Scene {
  const { world, wanted } = machinesFor(members);
  return {
    world,
    wanted: run(
      world,
      wanted,
      endless(() => 0),
    ).cluster,
  };
}

function leaving(wanted: Cluster, ...names: string[]): Cluster {
  const goes = ({ machine }: Member): boolean => names.includes(machine);
  return {
    ...wanted,
    members: wanted.members.filter((one) => !goes(one)),
    leaving: wanted.members.filter(goes).map(({ machine }) => machine),
  };
}

function planOf(world: World, wanted: Cluster): Plan {
  const facts = factsOf(world, wanted);
  return planCluster(learnFrom(wanted, facts), facts);
}

function lines({ stages }: Plan): string[] {
  return stages.map((stage) => stage.map(line).join(', '));
}

function line(step: ClusterStep): string {
  return `${step.kind} ${step.machine}${'through' in step ? ` via ${step.through}` : ''}`;
}
