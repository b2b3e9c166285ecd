import { describe, expect, it } from '@jest/globals';
import type { Cluster, Member } from '../../src/swarm/contract.js';
import { isMachineError } from '../../src/errors.js';
import { randomNumbers } from '../helpers/random.js';
import { endless, run, shuffled, type Fuel, type Outcome } from './support/run.js';
import {
  addMachine,
  answers,
  cluster,
  hasQuorum,
  managersOf,
  member,
  type World,
  emptyWorld,
} from './support/world.js';

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);

describe('a random cluster', () => {
  it.each(SEEDS)('%i, killed at every step of its making, is made by the next run', (seed) => {
    const { world, wanted, random } = beginning(seed);
    const steps = countSteps(structuredClone(world), wanted, randomNumbers(seed));

    for (let kill = 0; kill <= steps; kill += 1) {
      const records = (kill + seed) % 2 === 0;
      const copy = structuredClone(world);
      const killed = run(copy, wanted, { steps: kill, records, random: randomNumbers(seed) });
      const finished = run(copy, killed.cluster, endless(random));
      expectWanted(copy, finished);
    }
  });

  it.each(SEEDS)('%i, changed and broken and killed at every step, is mended by the next run', (seed) => {
    const { world, wanted, random } = beginning(seed);
    const made = run(world, wanted, endless(random)).cluster;
    const changed = mutate(world, made, random);
    const strangers = foreignNodes(world);
    if (isRefused(world, changed)) return;
    const steps = countSteps(structuredClone(world), changed, randomNumbers(seed));

    for (let kill = 0; kill <= steps; kill += 1) {
      const records = (kill + seed) % 2 === 0;
      const copy = structuredClone(world);
      const killed = run(copy, changed, { steps: kill, records, random: randomNumbers(seed) });
      const finished = run(copy, killed.cluster, endless(random));
      expectWanted(copy, finished);
      expect(foreignNodes(copy)).toEqual(strangers);
    }
  });

  it.each(SEEDS)('%i, killed somewhere, broken and changed again, is mended by the next run', (seed) => {
    const { world, wanted, random } = beginning(seed + 1_000);
    const made = run(world, wanted, endless(random)).cluster;
    const changed = mutate(world, made, random);
    if (isRefused(world, changed)) return;
    const steps = countSteps(structuredClone(world), changed, randomNumbers(seed));

    for (let kill = 0; kill <= steps; kill += 2) {
      const copy = structuredClone(world);
      const killed = run(copy, changed, { steps: kill, records: true, random: randomNumbers(seed) });
      const again = mutate(copy, killed.cluster, randomNumbers(seed * 31 + kill));
      const strangers = foreignNodes(copy);
      if (isRefused(copy, again)) continue;
      expectWanted(copy, run(copy, again, endless(random)));
      expect(foreignNodes(copy)).toEqual(strangers);
    }
  });

  it('is seldom refused', () => {
    const refused = SEEDS.filter((seed) => {
      const { world, wanted, random } = beginning(seed);
      return isRefused(world, mutate(world, run(world, wanted, endless(random)).cluster, random));
    });

    expect(refused.length).toBeLessThan(SEEDS.length / 4);
  });
});

interface Beginning {
  readonly world: World;
  readonly wanted: Cluster;
  readonly random: () => number;
}

function beginning(seed: number): Beginning {
  const random = randomNumbers(seed);
  const world = emptyWorld();
  const count = (most: number): number => Math.floor(random() * (most + 1));
  const managers = 1 + count(4);
  const members = [
    ...Array.from({ length: managers }, (_, index) => member(`m${index + 1}`, 'manager')),
    ...Array.from({ length: count(4) }, (_, index) => member(`w${index + 1}`, 'worker', randomWishes(random))),
  ];
  const mtu = random() < 0.3 ? 1450 : 1500;
  for (const { machine } of members) addMachine(world, machine, { mtu, liveRestore: random() < 0.5 });
  const wanted = cluster(shuffled(members, random), {
    encrypted: random() < 0.3,
    autolock: random() < 0.2,
    drainManagers: random() < 0.3,
    firewall: true,
  });
  return { world, wanted, random };
}

function randomWishes(random: () => number): Partial<Member> {
  return {
    ...(random() < 0.3 ? { labels: { disk: 'ssd' } } : {}),
    ...(random() < 0.2 ? { availability: 'pause' as const } : {}),
  };
}

/** What happens to clusters: to their machines, and by their users. */
function mutate(world: World, made: Cluster, random: () => number): Cluster {
  let wanted = made;
  for (let count = 1 + Math.floor(random() * 4); count > 0; count -= 1) {
    const before = structuredClone(world);
    const next = CHANGES[Math.floor(random() * CHANGES.length)]?.(world, wanted, random) ?? wanted;
    if (hasQuorum(world) && hasOwnManager(world) && next.members.some(({ role }) => role === 'manager')) wanted = next;
    else Object.assign(world, before);
  }
  return wanted;
}

type Change = (world: World, wanted: Cluster, random: () => number) => Cluster;

const CHANGES: readonly Change[] = [
  // Somebody removes a machine that is there, or one that is destroyed at once.
  (world, wanted, random) => {
    const victim = oneOf(wanted.members, random);
    const gone = random() < 0.4;
    if (gone) Reflect.deleteProperty(world.machines, victim.machine);
    const members = wanted.members.filter((one) => one !== victim);
    return { ...wanted, members, leaving: gone ? wanted.leaving : [...wanted.leaving, victim.machine] };
  },
  // A machine is off, or is made anew under its name.
  (world, wanted, random) => {
    const { machine } = oneOf(wanted.members, random);
    if (random() < 0.5) addMachine(world, machine);
    else Object.assign(world.machines[machine] ?? {}, { up: false });
    return wanted;
  },
  // It comes back with another address, or its engine cannot start its node.
  (world, wanted, random) => {
    const machine = world.machines[oneOf(wanted.members, random).machine];
    if (!machine || machine.state !== 'active' || managersOf(world).length === 1) return wanted;
    if (random() < 0.5) Object.assign(machine, { address: `10.0.50.${(world.counter += 1)}` });
    else Object.assign(machine, { state: 'error' });
    return wanted;
  },
  // Somebody joins a node of their own.
  (world, wanted, random) => {
    const role = random() < 0.3 ? 'manager' : 'worker';
    const node = {
      machine: '',
      role,
      availability: 'active',
      labels: {},
      foreign: true,
      foreignUp: random() < 0.7,
    } as const;
    if (world.swarm) world.swarm.nodes[`f${(world.counter += 1)}`] = { ...node };
    return wanted;
  },
  // More machines, other roles, other wishes.
  (world, wanted, random) => {
    const name = `x${(world.counter += 1)}`;
    addMachine(world, name);
    return { ...wanted, members: [...wanted.members, member(name, random() < 0.5 ? 'manager' : 'worker')] };
  },
  (_world, wanted, random) => {
    const other = oneOf(wanted.members, random);
    const role = other.role === 'manager' ? 'worker' : 'manager';
    return { ...wanted, members: wanted.members.map((one) => (one === other ? { ...one, role } : one)) };
  },
  (_world, wanted, random) => {
    const other = oneOf(wanted.members, random);
    const wishes = { labels: { zone: 'b' }, unlabels: ['disk'], availability: 'active' as const };
    return { ...wanted, members: wanted.members.map((one) => (one === other ? { ...one, ...wishes } : one)) };
  },
  (_world, wanted) => ({ ...wanted, autolock: !wanted.autolock }),
  // An upgrade of some engines.
  (world, wanted, random) => {
    for (const machine of Object.values(world.machines)) machine.outdated = random() < 0.7;
    return wanted;
  },
];

function oneOf(members: readonly Member[], random: () => number): Member {
  const one = members[Math.floor(random() * members.length)];
  if (!one) throw new Error('no member');
  return one;
}

function hasOwnManager(world: World): boolean {
  return managersOf(world).some((id) => answers(world, id) && world.swarm?.nodes[id]?.foreign === false);
}

function isRefused(world: World, wanted: Cluster): boolean {
  try {
    countSteps(structuredClone(world), wanted, randomNumbers(1));
    return false;
  } catch (error) {
    if (!isMachineError(error, 'ClusterRefused')) throw error;
    return true;
  }
}

function countSteps(world: World, wanted: Cluster, random: () => number): number {
  const fuel: Fuel = { steps: 10_000, records: true, random };
  run(world, wanted, fuel);
  return 10_000 - fuel.steps;
}

function foreignNodes({ swarm }: World): unknown {
  return Object.entries(swarm?.nodes ?? {}).filter(([, { foreign }]) => foreign);
}

function expectWanted(world: World, { cluster: wanted, done }: Outcome): void {
  const there = wanted.members.filter(({ machine }) => world.machines[machine]?.up === true);
  const roles = Object.entries(world.swarm?.nodes ?? {})
    .filter(([id, { foreign }]) => !foreign && answers(world, id))
    .map(([, { machine, role }]) => `${machine} ${role}`);
  const ghosts = Object.entries(world.swarm?.nodes ?? {}).filter(
    ([id, { foreign, machine }]) => !foreign && !answers(world, id) && world.machines[machine]?.up !== false,
  );

  // While no manager that stays is there, those that shall leave are kept.
  if (!there.some(({ role }) => role === 'manager')) {
    expect({ done, quorum: hasQuorum(world) }).toEqual({ done: true, quorum: true });
    return;
  }
  expect({ done, ghosts, leaving: wanted.leaving, tokensDue: wanted.tokensDue }).toEqual({
    ...{ done: true, ghosts: [], leaving: [], tokensDue: false },
  });
  expect(roles.sort()).toEqual(there.map(({ machine, role }) => `${machine} ${role}`).sort());
  for (const one of there) expectNode(world, wanted, one);
}

function expectNode(world: World, wanted: Cluster, { machine, labels, availability, role }: Member): void {
  const sim = world.machines[machine];
  const node = world.swarm?.nodes[sim?.nodeId ?? ''];
  const expected = availability ?? (wanted.drainManagers && role === 'manager' ? 'drain' : undefined);
  expect(node?.labels).toMatchObject(labels);
  expect(node?.labels).not.toHaveProperty(['berth.drained']);
  expect(sim).toMatchObject({ outdated: false, firewall: { manager: role === 'manager' } });
  if (expected !== undefined) expect(node?.availability).toBe(expected);
}
