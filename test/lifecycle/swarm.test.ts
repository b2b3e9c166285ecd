import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Host } from '../../src/host/host.js';
import { createMachine } from '../../src/lifecycle/create.js';
import type { Program } from '../../src/lifecycle/program.js';
import { removeMachine } from '../../src/lifecycle/remove.js';
import { readMachines } from '../../src/lifecycle/status.js';
import { livingManagerOf } from '../../src/lifecycle/swarm-entry.js';
import { parseName } from '../../src/name.js';
import { DEFAULT_SWARM, type Machine, type SwarmOptions } from '../../src/record.js';
import { failureOf, told } from '../helpers/failure.js';
import { StandInSwarms } from '../helpers/swarm.js';
import { until } from '../helpers/until.js';
import { testWorld, type World } from './support/world.js';

let world: World;
let swarms: StandInSwarms;
/** What hosts remember of their firewall's rules: "manager 127.0.0.2 127.0.0.3", by their addresses. */
let firewalls: Map<string, string>;
beforeEach(async () => {
  world = await testWorld();
  swarms = new StandInSwarms();
  world.engines.answer = swarms.answer;
  firewalls = new Map();
  const plain = { ...world.program };
  const connect: Program['connect'] = async (request) => remembering(await plain.connect(request));
  Object.assign(world.program, { connect });
});
afterEach(() => world[Symbol.asyncDispose]());

/** A host that tells of its firewall's rules what it was told. */
function remembering(plain: Host): Host {
  const { host } = plain.target;
  return {
    ...plain,
    deliver: async (files) => {
      const [file] = await files;
      const rules = /^facts=(?:'(.*)'|(.*))$/m.exec(typeof file?.content === 'string' ? file.content : '');
      if (rules) firewalls.set(host, rules[1] ?? rules[2] ?? '');
      const known = firewalls.get(host);
      return { stdout: known === undefined ? '' : `firewall ${known}\n`, stderr: '' };
    },
  };
}

/** Each machine gets a key of RSA, on a busy computer. In milliseconds. */
jest.setTimeout(30_000);

const MASTER: Partial<SwarmOptions> = { agent: true, master: true };
const WORKER: Partial<SwarmOptions> = { agent: true };
/** Addresses of engines, by the numbers of their machines. */
const at = (number: number): string => `127.0.0.${number}`;

function create(number: number, name: string, swarm: Partial<SwarmOptions>, withinMs = 10_000): Promise<Machine> {
  const request = world.wish(name);
  world.provider.nextAddress = at(number);
  const machine = { ...request.machine, swarm: { ...DEFAULT_SWARM, discovery: 'token://abc', ...swarm } };
  return createMachine({ ...request, machine, swarmWithinMs: withinMs }, world.spec, world.program);
}
const remove = (name: string, options: { force?: boolean; together?: readonly string[] } = {}): Promise<void> =>
  removeMachine(
    parseName(name),
    { force: options.force ?? false, together: (options.together ?? [name]).map(parseName) },
    world.program,
  );

/** What the provider's firewall lets in to a server on the swarm's ports: "2377/tcp 10.9.0.11/32". */
const portsAt = (id: string): readonly string[] =>
  (world.provider.rules?.get(id) ?? [])
    .flatMap((rule) => rule.sources.map((source) => `${rule.from}/${rule.protocol} ${source}`))
    .filter((rule) => /^(2377|7946|4789)/.test(rule))
    .sort();

describe('a create with --swarm', () => {
  it('makes the swarm on the first master, and joins a worker and a second master to it', async () => {
    await create(2, 'm1', MASTER);
    await create(3, 'w1', WORKER);
    await create(4, 'm2', MASTER);

    expect(swarms.nodesOf(at(2))).toEqual([
      { hostname: 'host-127.0.0.2', role: 'manager', availability: 'active' },
      { hostname: 'host-127.0.0.3', role: 'worker', availability: 'active' },
      { hostname: 'host-127.0.0.4', role: 'manager', availability: 'active' },
    ]);
    expect(swarms.bodies[1]).toEqual({
      ListenAddr: '0.0.0.0:2377',
      AdvertiseAddr: at(3),
      Availability: 'active',
      RemoteAddrs: ['127.0.0.2:2377'],
      JoinToken: 'SWMTKN-1-worker',
    });
  });

  it('switches live-restore off from the start, which an engine in a swarm refuses', async () => {
    await create(2, 'm1', MASTER);

    expect(world.wanted.map(({ swarm }) => swarm)).toEqual([true]);
  });

  it('keeps tasks off a master that is no agent', async () => {
    await create(2, 'm1', { master: true });

    expect(swarms.nodesOf(at(2))).toEqual([{ hostname: 'host-127.0.0.2', role: 'manager', availability: 'drain' }]);
  });

  it('tells the others the address of --swarm-addr', async () => {
    await create(2, 'm1', { ...MASTER, address: '192.0.2.9:3376' });

    expect(swarms.bodies[0]).toMatchObject({ AdvertiseAddr: '192.0.2.9' });
  });

  it('keeps swarms with other discovery strings apart', async () => {
    await create(2, 'm1', MASTER);
    await create(3, 'm2', { ...MASTER, discovery: 'token://other' });
    await create(4, 'w2', { ...WORKER, discovery: 'token://other' });

    expect(swarms.nodesOf(at(3)).map(({ hostname }) => hostname)).toEqual(['host-127.0.0.3', 'host-127.0.0.4']);
  });

  it('lets a worker wait for a master that comes later', async () => {
    const worker = create(3, 'w1', WORKER);
    await until(() => world.lines.includes('step: Waiting for the master of the swarm'));

    await create(2, 'm1', MASTER);
    const { phase } = await worker;

    expect(phase).toBe('ready');
    expect(swarms.nodesOf(at(2)).map(({ role }) => role)).toEqual(['manager', 'worker']);
  });

  it('says so when no master comes, and the same create goes on from there', async () => {
    const failure = await failureOf(create(3, 'w1', WORKER, 300));

    expect(told(failure)).toEqual({
      code: 'TimedOut',
      message: 'timed out after 0.3 s waiting for a master of the swarm token://abc',
      exitCode: 4,
    });
    expect((await world.program.store.read(parseName('w1'))).phase).toBe('created');

    await create(2, 'm1', MASTER);
    const request = world.wish('w1');
    const machine = { ...request.machine, swarm: { ...DEFAULT_SWARM, discovery: 'token://abc', ...WORKER } };
    expect((await createMachine({ ...request, machine }, world.spec, world.program)).phase).toBe('ready');
  });

  it("opens the swarm's ports at the provider to its members alone, as they come and go", async () => {
    world.provider.rules = new Map();
    const { id } = await create(2, 'm1', MASTER);
    const second = await create(3, 'm2', MASTER);
    const worker = await create(4, 'w1', WORKER);
    const before = [portsAt(id), portsAt(second.id), portsAt(worker.id)];

    await remove('w1');

    const all = ['127.0.0.2/32', '127.0.0.3/32', '127.0.0.4/32'];
    const SWARM = ['4789/udp', '7946/tcp', '7946/udp'];
    const rules = (ports: readonly string[], sources: readonly string[]): readonly string[] =>
      ports.flatMap((port) => sources.map((source) => `${port} ${source}`));
    const MANAGER = ['2377/tcp', ...SWARM];
    expect(before).toEqual([rules(MANAGER, all), rules(MANAGER, all), rules(SWARM, all)]);
    expect(portsAt(id)).toEqual(rules(MANAGER, all.slice(0, 2)));
  });

  it("lets its members alone in on the swarm's ports of their hosts, as they come and go", async () => {
    await create(2, 'm1', MASTER);
    await create(3, 'm2', MASTER);
    await create(4, 'w1', WORKER);
    const before = [2, 3, 4].map((number) => firewalls.get(at(number)));

    await remove('w1');

    const all = '127.0.0.2 127.0.0.3 127.0.0.4';
    expect(before).toEqual([`manager ${all}`, `manager ${all}`, `worker ${all}`]);
    expect(firewalls.get(at(2))).toBe('manager 127.0.0.2 127.0.0.3');
  });

  it('lets a newcomer in on hosts before it joins, and keeps those in who are about to', async () => {
    await create(2, 'm1', MASTER);
    swarms.refusals.set('POST /swarm/join', 'rpc error: connection refused');
    await failureOf(create(3, 'w1', WORKER));
    const during = firewalls.get(at(2));
    swarms.refusals.clear();

    await create(4, 'w2', WORKER);
    const meanwhile = firewalls.get(at(2));
    await remove('w1');
    await create(5, 'w3', WORKER);

    expect(during).toBe('manager 127.0.0.2 127.0.0.3');
    expect(meanwhile).toBe('manager 127.0.0.2 127.0.0.3 127.0.0.4');
    expect(firewalls.get(at(2))).toBe('manager 127.0.0.2 127.0.0.4 127.0.0.5');
  });

  it('makes one swarm, not two, of two masters that come at the same time', async () => {
    const first = create(2, 'm1', MASTER);
    await until(() => world.provider.calls.includes('create m1'));

    await Promise.all([first, create(3, 'm2', MASTER)]);

    expect(swarms.swarms).toHaveLength(1);
    expect(swarms.nodesOf(at(2))).toHaveLength(2);
  });

  it('waits for a master whose certificate is being written', async () => {
    const { store } = world.program;
    await store.write({ ...(await create(2, 'm1', MASTER)), phase: 'created' });
    await store.removeFile(parseName('m1'), 'key.pem');

    const failure = await failureOf(create(3, 'w1', WORKER, 300));

    expect(failure.message).toBe('timed out after 0.3 s waiting for a master of the swarm token://abc');
  });

  it('makes no second swarm while the masters that are there do not answer', async () => {
    await create(2, 'm1', MASTER);
    swarms.dead.add(at(2));

    const failure = await failureOf(create(3, 'm2', MASTER, 300));

    expect(failure.code).toBe('TimedOut');
    expect(swarms.swarms).toHaveLength(1);
  });

  it("tells the engine's own words when it cannot join", async () => {
    await create(2, 'm1', MASTER);
    swarms.refusals.set('POST /swarm/join', 'rpc error: connection refused');

    const failure = await failureOf(create(3, 'w1', WORKER));

    expect({ ...told(failure), cause: (failure.cause as Error).message }).toEqual({
      code: 'EngineRefused',
      message: 'cannot join "w1" to the swarm of "m1"',
      exitCode: 4,
      cause: 'rpc error: connection refused',
    });
  });

  it('goes on while the engine tries to join in the background', async () => {
    await create(2, 'm1', MASTER);
    swarms.refusals.set('POST /swarm/join', 'Timeout was reached before node joined.');
    const worker = create(3, 'w1', WORKER);
    await until(() => swarms.asked.includes('POST 127.0.0.3 /swarm/join'));

    swarms.join(at(3), at(2));

    expect((await worker).phase).toBe('ready');
  });

  it('refuses to move an engine that is in another swarm', async () => {
    await create(2, 'm1', MASTER);
    await create(3, 'x1', { ...MASTER, discovery: 'token://other' });
    await world.program.store.write({ ...(await world.program.store.read(parseName('x1'))), phase: 'created' });
    const request = world.wish('x1');
    const machine = await world.program.store.read(parseName('x1'));
    await world.program.store.write({ ...machine, swarm: { ...DEFAULT_SWARM, ...WORKER, discovery: 'token://abc' } });

    const failure = await failureOf(
      createMachine(
        {
          ...request,
          machine: { ...request.machine, swarm: { ...DEFAULT_SWARM, ...WORKER, discovery: 'token://abc' } },
        },
        world.spec,
        world.program,
      ),
    );

    expect(told(failure)).toEqual({
      code: 'ClusterRefused',
      message: 'machine "x1" is in another swarm than token://abc',
      exitCode: 2,
    });
  });
});

describe('the SWARM column', () => {
  it('names the last master of each discovery string, as docker-machine did', async () => {
    await create(2, 'm1', MASTER);
    await create(3, 'm2', MASTER);
    await create(4, 'w1', WORKER);
    await createMachine(world.wish('alone'), world.spec, world.program);

    const entries = await readMachines(world.program);

    expect(entries.map(({ name, swarm }) => [name, swarm])).toEqual([
      ['alone', undefined],
      ['m1', 'm2 (master)'],
      ['m2', 'm2 (master)'],
      ['w1', 'm2'],
    ]);
  });
});

describe('the manager that env --swarm points at', () => {
  it('is the named master while it is alive', async () => {
    await create(2, 'm1', MASTER);
    const second = await create(3, 'm2', MASTER);

    expect((await livingManagerOf(second, world.program)).name).toBe('m2');
  });

  it.each(['dead', 'leaderless'] as const)('is another one while the named master is %s', async (state) => {
    const first = await create(2, 'm1', MASTER);
    await create(3, 'm2', MASTER);
    swarms[state].add(at(2));

    expect((await livingManagerOf(first, world.program)).name).toBe('m2');
  });

  it('is refused for a machine that is no master', async () => {
    await create(2, 'm1', MASTER);
    const worker = await create(3, 'w1', WORKER);

    const failure = await failureOf(livingManagerOf(worker, world.program));

    expect({ ...told(failure), suggestions: failure.suggestions }).toEqual({
      code: 'ClusterRefused',
      message: '"w1" is not a swarm master; the --swarm flag is for use with swarm masters',
      exitCode: 2,
      suggestions: ['berth env --swarm m1'],
    });
  });

  it('is refused when no manager answers', async () => {
    const first = await create(2, 'm1', MASTER);
    swarms.dead.add(at(2));

    expect(told(await failureOf(livingManagerOf(first, world.program, 300)))).toEqual({
      code: 'EngineUnreachable',
      message: 'no manager of the swarm of "m1" answers; asked m1',
      exitCode: 4,
    });
  });
});

describe('removing a member of a swarm', () => {
  it('drains a worker, lets it leave, and takes its node away', async () => {
    await create(2, 'm1', MASTER);
    await create(3, 'w1', WORKER);
    swarms.asked.length = 0;

    await remove('w1');

    expect(swarms.asked).toEqual([
      'POST 127.0.0.2 /nodes/node2/update',
      'POST 127.0.0.3 /swarm/leave',
      'DELETE 127.0.0.2 /nodes/node2',
    ]);
    expect(swarms.nodesOf(at(2)).map(({ role }) => role)).toEqual(['manager']);
  });

  it('demotes a manager before it leaves, through another one', async () => {
    await create(2, 'm1', MASTER);
    await create(3, 'm2', MASTER);
    swarms.conflicts = 2;

    await remove('m1');

    expect(swarms.nodesOf(at(3)).map(({ hostname }) => hostname)).toEqual(['host-127.0.0.3']);
    expect(await world.program.store.list()).toEqual(['m2']);
  });

  it('takes away the node of a worker that does not answer any more', async () => {
    await create(2, 'm1', MASTER);
    await create(3, 'w1', WORKER);
    swarms.dead.add(at(3));
    swarms.rename('host-127.0.0.3', 'w1');

    await remove('w1');

    expect(swarms.nodesOf(at(2)).map(({ hostname }) => hostname)).toEqual(['host-127.0.0.2']);
  });

  it('refuses to break the quorum, with the arithmetic', async () => {
    await create(2, 'm1', MASTER);
    await create(3, 'm2', MASTER);
    await create(4, 'm3', MASTER);
    swarms.dead.add(at(4));

    const failure = await failureOf(remove('m2'));

    expect(told(failure)).toEqual({
      code: 'ClusterRefused',
      message: 'cannot remove "m2": 2 managers need 2; 1 would be left',
      exitCode: 2,
    });
    expect(await world.program.store.list()).toEqual(['m1', 'm2', 'm3']);
  });

  it('removes with force whatever becomes of the quorum', async () => {
    await create(2, 'm1', MASTER);
    await create(3, 'm2', MASTER);
    await create(4, 'm3', MASTER);
    swarms.dead.add(at(4));

    await remove('m2', { force: true });

    expect(await world.program.store.list()).toEqual(['m1', 'm3']);
  });

  it('asks nothing of nodes when the whole swarm goes', async () => {
    await create(2, 'm1', MASTER);
    await create(3, 'w1', WORKER);
    swarms.asked.length = 0;

    const together = ['m1', 'w1'];
    await Promise.all(together.map((name) => remove(name, { together })));

    expect(swarms.asked).toEqual([]);
    expect(await world.program.store.list()).toEqual([]);
  });

  it('warns when the last manager goes and workers stay', async () => {
    await create(2, 'm1', MASTER);
    await create(3, 'w1', WORKER);

    await remove('m1');

    expect(world.lines).toContain('warn: m1 is the last manager of its swarm: 1 nodes stay behind without one');
  });
});
