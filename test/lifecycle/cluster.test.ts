import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { parseClusterName } from '../../src/cluster-name.js';
import type { Host } from '../../src/host/host.js';
import type { PortRule } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import { createMachine } from '../../src/lifecycle/create.js';
import { removeMachine } from '../../src/lifecycle/remove.js';
import { rotateSecrets } from '../../src/lifecycle/swarm-care.js';
import { repairCluster } from '../../src/lifecycle/swarm-repair.js';
import { joinCluster, leaveCluster, removeCluster } from '../../src/lifecycle/swarm-change.js';
import { createCluster, type NewMachine } from '../../src/lifecycle/swarm-create.js';
import { swarmEntry } from '../../src/lifecycle/swarm-entry.js';
import { memberOf } from '../../src/lifecycle/swarm-membership.js';
import type { RunResult } from '../../src/lifecycle/swarm-run.js';
import { scaleCluster } from '../../src/lifecycle/swarm-scale.js';
import { clusterStatus } from '../../src/lifecycle/swarm-status.js';
import { upgradeCluster } from '../../src/lifecycle/swarm-upgrade.js';
import type { Program } from '../../src/lifecycle/program.js';
import { parseName, type MachineName } from '../../src/name.js';
import type { Cluster, Role } from '../../src/swarm/contract.js';
import { newCluster } from '../../src/swarm/record.js';
import { failureOf, told } from '../helpers/failure.js';
import { StandInSwarms } from '../helpers/swarm.js';
import { testWorld, type World } from './support/world.js';

const PROD = parseClusterName('prod');
/** Each machine gets a key of RSA, on a busy computer. In milliseconds. */
jest.setTimeout(30_000);

/** Machines of this file by their names, with the number at the end of each address. */
const NUMBERS: Readonly<Record<string, number>> = {
  'prod-manager-1': 11,
  'prod-manager-2': 12,
  'prod-manager-3': 13,
  'prod-worker-1': 21,
  'prod-worker-2': 22,
  'prod-worker-3': 23,
  other: 31,
};

let world: World;
let swarms: StandInSwarms;
let program: Program;
/** Scripts that hosts were given, as "address first-line-of-what-it-does". */
let scripts: string[];
/** What hosts remember of their firewall's rules, by the number at the end of their address. */
let firewalls: Map<string, string>;
/** What hosts say of newer packages of their engines. */
let newerPackages: string;
/** "ADDRESS PORT" of datagrams that hosts have not got, by the number at the end of their address. */
let silences: Map<string, string>;
/** What hosts say that their kernels cannot encrypt with, by the number at the end of their address. */
let espFlaws: Map<string, string>;
beforeEach(async () => {
  world = await testWorld();
  swarms = new StandInSwarms();
  world.engines.answer = swarms.answer;
  scripts = [];
  firewalls = new Map();
  espFlaws = new Map();
  silences = new Map();
  newerPackages = 'newer\n';
  for (const [name, number] of Object.entries(NUMBERS)) world.provider.addresses.set(name, `127.0.0.${number}`);
  program = { ...world.program, connect: async (request) => host(await world.program.connect(request)) };
});
afterEach(() => world[Symbol.asyncDispose]());

/** A host of a private network that tells of itself what templates/swarm asks for. */
function host(plain: Host): Host {
  const number = plain.target.host.split('.').at(-1) ?? '';
  return {
    ...plain,
    deliver: async (files) => {
      const [file] = await files;
      const content = typeof file?.content === 'string' ? file.content : '';
      const isFacts = content.includes('/sys/class/net');
      if (content.includes('--only-upgrade')) return { stdout: newerPackages, stderr: '' };
      if (content.includes('listens no more')) return { stdout: silences.get(number) ?? '', stderr: '' };
      const firewall = /^facts=(?:'(.*)'|(.*))$/m.exec(content);
      if (firewall) firewalls.set(number, firewall[1] ?? firewall[2] ?? '');
      if (!isFacts) scripts.push(`${number} ${/^members=.*$/m.exec(content)?.[0] ?? 'other'}`);
      const rules = firewalls.get(number);
      const facts = `mtu eth0 1500\naddress 2: eth0 inet 10.9.0.${number}/24 scope global eth0\nroute 10.9.0.0/24 dev eth0\n`;
      const flaw = content.includes('encrypted=yes') ? espFlaws.get(number) : undefined;
      const known = `${facts}${rules === undefined ? '' : `firewall ${rules}\n`}${flaw === undefined ? '' : `esp ${flaw}\n`}`;
      return { stdout: isFacts ? known : '', stderr: '' };
    },
  };
}

const name = (text: string): MachineName => parseName(text);
const wishFor = (text: string): NewMachine => ({ spec: world.spec, request: world.wish(text) });

function wish(members: readonly (readonly [machine: string, role: Role])[], settings: Partial<Cluster> = {}): Cluster {
  const { machine } = world.wish('pattern');
  return {
    ...newCluster(PROD, '2026-11-21T10:00:00.000Z'),
    firewall: false,
    ...settings,
    members: members.map(([one, role]) => memberOf({ machine: name(one), role }, machine)),
  };
}
const MEMBERS = [
  ['prod-manager-1', 'manager'],
  ['prod-manager-2', 'manager'],
  ['prod-manager-3', 'manager'],
  ['prod-worker-1', 'worker'],
] as const;
const create = (settings: Partial<Cluster> = {}): Promise<RunResult> =>
  createCluster(
    wish(MEMBERS, settings),
    MEMBERS.map(([one]) => wishFor(one)),
    program,
  );
/** What the provider's firewall lets in to a server: "2377/tcp 10.9.0.11/32". */
const portsAt = (id: string): readonly string[] =>
  (world.provider.rules?.get(id) ?? [])
    .flatMap((rule) => rule.sources.map((source) => `${rule.from}/${rule.protocol} ${source}`))
    .sort();
const upgradesIn = (done: readonly string[]): (string | undefined)[] =>
  done.filter((line) => line.startsWith('Upgrading')).map((line) => line.split(' ').at(-1));
/** Its server is gone at the provider, with its engine; the record stays only where that is said. */
async function loseMachine(one: string, { record }: { record: boolean }): Promise<void> {
  const { id, address } = await program.store.read(name(one));
  world.provider.servers.delete(id);
  await world.engines.stop(address, world.enginePort);
  swarms.members.delete(address);
  if (!record) await program.store.remove(name(one));
}
const roles = (): string[] => {
  const [address = ''] =
    [...swarms.members].find(([, { swarm, id }]) => swarm.nodes.get(id)?.spec.Role === 'manager') ?? [];
  return swarms
    .nodesOf(address)
    .map(({ hostname, role }) => `${hostname.replace('host-127.0.0.', '')} ${role}`)
    .sort();
};
const ALL = ['11 manager', '12 manager', '13 manager', '21 worker'];

describe('a cluster', () => {
  it('is made of new machines, which tell each other their private addresses', async () => {
    const { cluster, waitingFor } = await create();

    expect(roles()).toEqual(ALL);
    expect(waitingFor).toEqual([]);
    expect(cluster.network?.cidr).toBe('10.9.0.0/24');
    expect(swarms.bodies[0]).toMatchObject({ AdvertiseAddr: '10.9.0.11', ListenAddr: '10.9.0.11:2377' });
    expect((await program.store.read(name('prod-worker-1'))).swarm).toMatchObject({
      agent: true,
      master: false,
      discovery: 'berth://prod',
    });
  });

  it('keeps no token anywhere, and has others once it is made', async () => {
    const { cluster } = await create();

    expect(await program.clusters.read(PROD)).toEqual({ ...cluster, document: expect.anything() as unknown });
    expect(JSON.stringify(cluster)).not.toContain('SWMTKN');
    expect(world.lines.join('\n')).not.toContain('SWMTKN');
    expect(swarms.rotations).toBeGreaterThan(0);
    expect(cluster.tokensDue).toBe(false);
  });

  it('keeps its unlock key among the secrets', async () => {
    await create({ autolock: true });

    expect(await program.clusters.unlockKey(PROD)).toBe('SWMKEY-1-secret');
  });

  it('needs nothing when it is made again', async () => {
    await create();
    swarms.asked.length = 0;

    const { done } = await create();

    expect([done, swarms.asked]).toEqual([[], []]);
  });

  it('is finished by the same call when a join failed', async () => {
    swarms.refusals.set('POST /swarm/join', 'rpc error: connection refused');
    const failure = await failureOf(create());

    swarms.refusals.clear();
    await create();

    expect(failure.code).toBe('EngineRefused');
    expect(roles()).toEqual(ALL);
    expect(swarms.swarms).toHaveLength(1);
  });

  it('is finished by the same call when a machine could not be made', async () => {
    world.provider.duringCheck = async (one) => {
      if (one === 'prod-manager-2') throw new Error('no capacity');
    };
    await failureOf(create());

    world.provider.duringCheck = async () => {};
    await create();

    expect(roles()).toEqual(ALL);
  });

  it('is not made a second time with other arguments', async () => {
    await create();

    expect(told(await failureOf(create({ encrypted: true })))).toEqual({
      code: 'ClusterExists',
      message: 'a cluster "prod" exists, made with other arguments',
      exitCode: 2,
    });
  });

  it('becomes larger with machines like those there are, and smaller without a trace', async () => {
    await create();

    await scaleCluster(PROD, { workers: 3 }, program);
    expect(roles()).toEqual([...ALL, '22 worker', '23 worker']);
    await scaleCluster(PROD, { workers: 0 }, program);

    expect(roles()).toEqual(ALL.slice(0, 3));
    expect(await program.store.list()).toEqual(['prod-manager-1', 'prod-manager-2', 'prod-manager-3']);
    expect((await program.clusters.read(PROD)).leaving).toEqual([]);
  });

  it('takes machines in that are there, and lets them go as machines', async () => {
    await create();
    await createMachine(world.wish('other'), world.spec, program);

    await joinCluster(PROD, [{ machine: name('other'), role: 'worker' }], program);
    expect(roles()).toContain('31 worker');
    await leaveCluster(PROD, [name('other')], program);

    expect(roles()).toEqual(ALL);
    expect((await program.store.read(name('other'))).swarm).toBeUndefined();
  });

  it('labels its nodes with what is known of their machines, and with what is said of them', async () => {
    const { machine } = world.wish('prod-worker-1');
    const member = memberOf({ machine: machine.name, role: 'worker', labels: { disk: 'ssd' } }, machine);
    const record = { ...machine, labels: { tier: 'front' }, options: { ...machine.options, zone: 'b' } };
    await createCluster(
      { ...wish([['prod-manager-1', 'manager']]), members: [...wish([['prod-manager-1', 'manager']]).members, member] },
      [wishFor('prod-manager-1'), { spec: world.spec, request: { machine: record, secrets: {} } }],
      program,
    );

    expect(swarms.labelsOf('127.0.0.21')).toEqual({
      ...{ machine: 'prod-worker-1', provider: 'fake', zone: 'b', tier: 'front', disk: 'ssd' },
    });
    expect((await program.clusters.read(PROD)).members[1]?.zone).toBe('b');
  });

  it('spreads new machines over the values of an option', async () => {
    const spread = { option: 'size', values: ['small', 'large'] };
    await create({ spread });

    await scaleCluster(PROD, { workers: 3 }, program);

    const sizes = ['prod-worker-1', 'prod-worker-2', 'prod-worker-3'].map(async (one) => {
      const { options } = await program.store.read(name(one));
      return options['size'];
    });
    expect(await Promise.all(sizes)).toEqual(['small', 'large', 'small']);
    expect(swarms.labelsOf('127.0.0.22')).toMatchObject({ zone: 'large' });
  });

  it('gives a member other labels and another availability', async () => {
    await create();

    await joinCluster(
      PROD,
      [{ machine: name('prod-worker-1'), labels: { disk: 'ssd' }, availability: 'drain' }],
      program,
    );

    expect(swarms.labelsOf('127.0.0.21')).toMatchObject({ disk: 'ssd' });
    expect(swarms.nodesOf('127.0.0.21').find(({ hostname }) => hostname === 'host-127.0.0.21')?.availability).toBe(
      'drain',
    );
  });

  it('keeps a manager a manager that is labelled', async () => {
    await create();

    await joinCluster(PROD, [{ machine: name('prod-manager-2'), labels: { disk: 'ssd' } }], program);

    expect(roles()).toEqual(ALL);
  });

  it('makes a worker a manager', async () => {
    await create();

    await joinCluster(PROD, [{ machine: name('prod-worker-1'), role: 'manager' }], program);

    expect(roles()).toContain('21 manager');
  });

  it('lets go of a machine that is removed', async () => {
    await create();

    await removeMachine(name('prod-manager-1'), { force: false }, program);

    expect(roles()).toEqual(['12 manager', '13 manager', '21 worker']);
    expect((await program.clusters.read(PROD)).members.map(({ machine }) => machine)).not.toContain('prod-manager-1');
  });

  it('keeps its quorum, with the arithmetic', async () => {
    await create();
    swarms.dead.add('127.0.0.13');

    const failure = await failureOf(removeMachine(name('prod-manager-2'), { force: false }, program));

    expect(told(failure)).toMatchObject({ code: 'ClusterRefused', exitCode: 2 });
    expect(failure.message).toMatch(/managers? needs? \d+; \d+ would be left$/);
    expect(roles()).toEqual(ALL);
  });

  it('keeps a manager while it has workers', async () => {
    await createCluster(
      wish([
        ['prod-manager-1', 'manager'],
        ['prod-worker-1', 'worker'],
      ]),
      [wishFor('prod-manager-1'), wishFor('prod-worker-1')],
      program,
    );

    const failure = await failureOf(removeMachine(name('prod-manager-1'), { force: false }, program));

    expect(failure.message).toBe('cluster "prod" would have no manager, and 1 worker');
  });

  it('is gone with the last of its machines', async () => {
    await create();
    const together = MEMBERS.map(([one]) => name(one));

    await Promise.all(together.map((one) => removeMachine(one, { force: false, together }, program)));

    expect(await program.clusters.list()).toEqual([]);
  });

  it('is removed with the machines that berth made', async () => {
    await create();

    const removed = await removeCluster(PROD, { keep: false }, program);

    expect(removed).toHaveLength(4);
    expect([await program.store.list(), await program.clusters.list()]).toEqual([[], []]);
  });

  it('is removed without its machines where that is asked for', async () => {
    await create();

    await removeCluster(PROD, { keep: true }, program);

    expect(swarms.members.size).toBe(0);
    expect(await program.store.list()).toHaveLength(4);
    expect((await program.store.read(name('prod-worker-1'))).swarm).toBeUndefined();
  });

  it('is upgraded worker by worker, then manager by manager, with the settings that are given', async () => {
    await create();
    world.wanted.length = 0;

    const { done } = await upgradeCluster(PROD, { opts: ['log-level=warn'] }, program);

    const upgraded = upgradesIn(done);
    expect(upgraded[0]).toBe('prod-worker-1');
    expect(upgraded).toHaveLength(4);
    expect(world.wanted.map(({ engine, upgrade }) => [engine.opts, upgrade])).toEqual(
      Array(4).fill([['log-level=warn'], true]),
    );
  });

  it('is upgraded where it was not, when an upgrade that failed is run again', async () => {
    await create();
    const settings = { opts: ['log-level=warn'] };
    newerPackages = 'none\n';
    world.duringProvision = (one) =>
      one === 'prod-manager-2'
        ? Promise.reject(new MachineError('ProvisionFailed', 'the engine did not start'))
        : Promise.resolve();
    const failure = await failureOf(upgradeCluster(PROD, settings, program));
    const { due } = await clusterStatus(PROD, program);
    world.duringProvision = async () => {};

    const { done } = await upgradeCluster(PROD, settings, program);

    expect(failure.code).toBe('ProvisionFailed');
    expect(due).toContain('Upgrading the engine of prod-manager-2');
    expect(upgradesIn(done)).not.toContain('prod-worker-1');
    expect(upgradesIn(done)).toContain('prod-manager-2');
    expect((await program.clusters.read(PROD)).upgrading).toEqual([]);
  });

  it('is left alone by an upgrade where every engine is as it shall be', async () => {
    await create();
    newerPackages = 'none\n';

    const { done } = await upgradeCluster(PROD, {}, program);

    expect(done).toEqual([]);
  });

  it('is upgraded to the end by a repair', async () => {
    await create();
    await program.clusters.write({ ...(await program.clusters.read(PROD)), upgrading: [name('prod-worker-1')] });

    const { done } = await repairCluster(PROD, { forceNewCluster: false }, program);

    expect(upgradesIn(done)).toEqual(['prod-worker-1']);
  });

  it('has new tokens when they are rotated', async () => {
    await create();
    const before = swarms.rotations;

    await rotateSecrets(PROD, program);

    expect(swarms.rotations).toBe(before + 1);
  });

  it('is entered by its name through a manager that is alive', async () => {
    await create();
    swarms.dead.add('127.0.0.11');

    expect((await swarmEntry(name('prod'), program)).name).toBe('prod-manager-2');
  });

  it('tells its nodes, its quorum, and what is due', async () => {
    await create();
    swarms.dead.add('127.0.0.21');

    const { nodes, reachableManagers, needed, due, advice } = await clusterStatus(PROD, program);

    expect([reachableManagers, needed]).toEqual([3, 2]);
    expect(nodes.map(({ machine, status }) => `${machine} ${status}`)).toEqual([
      'prod-manager-1 ready',
      'prod-manager-2 ready',
      'prod-manager-3 ready',
      'prod-worker-1 unreachable',
    ]);
    expect(due).toEqual(['prod-worker-1: waits until it answers']);
    expect(advice).toEqual(['berth status prod-worker-1', 'berth swarm repair prod']);
  });

  it('is repaired without a machine that cannot be brought back', async () => {
    await create();
    swarms.dead.add('127.0.0.21');
    world.duringProvision = () => Promise.reject(new MachineError('HostUnreachable', 'no such host'));

    const { waitingFor } = await repairCluster(PROD, { forceNewCluster: false }, program);

    expect(waitingFor).toEqual(['prod-worker-1']);
    expect(world.lines.filter((line) => line.includes('cannot be brought back'))).toHaveLength(1);
  });

  it('has machines made anew that are gone at their provider', async () => {
    await create();
    const before = await program.store.read(name('prod-manager-3'));
    await loseMachine('prod-manager-3', { record: true });

    const { waitingFor } = await repairCluster(PROD, { forceNewCluster: false }, program);

    const after = await program.store.read(name('prod-manager-3'));
    expect([roles(), waitingFor]).toEqual([ALL, []]);
    expect(after).toMatchObject({ options: before.options, phase: 'ready', swarm: before.swarm });
    expect(after.id).not.toBe(before.id);
    expect(world.provider.calls).toContain(`remove ${before.id}`);
  });

  it('has machines made anew whose records were removed', async () => {
    await create();
    await loseMachine('prod-worker-1', { record: false });

    const { waitingFor } = await repairCluster(PROD, { forceNewCluster: false }, program);

    expect([roles(), waitingFor]).toEqual([ALL, []]);
    expect((await program.store.read(name('prod-worker-1'))).swarm?.discovery).toBe('berth://prod');
  });

  it('has nothing made anew while it has no quorum', async () => {
    await create();
    await loseMachine('prod-manager-2', { record: true });
    await loseMachine('prod-manager-3', { record: true });
    swarms.leaderless.add('127.0.0.11');
    swarms.refusals.set('GET /swarm', 'The swarm does not have a leader.');
    world.provider.calls.length = 0;

    const failure = await failureOf(repairCluster(PROD, { forceNewCluster: false }, program));

    expect(failure.code).toBe('QuorumLost');
    expect(world.provider.calls).toEqual([]);
  });

  it('is repaired by finishing what a killed create began', async () => {
    world.provider.duringCreate = async (one) => {
      if (one === 'prod-worker-1') throw new Error('killed');
    };
    await failureOf(create());
    world.provider.duringCreate = async () => {};

    const { waitingFor } = await repairCluster(PROD, { forceNewCluster: false }, program);

    expect([roles(), waitingFor]).toEqual([ALL, []]);
  });

  it("opens the swarm's ports at the provider to members alone, and closes them to who was one", async () => {
    world.provider.rules = new Map();
    await create({ firewall: true });
    const { id } = await program.store.read(name('prod-manager-1'));
    const before = portsAt(id);

    await scaleCluster(PROD, { workers: 0 }, program);

    const worker = '10.9.0.21/32';
    expect(before).toEqual(
      ['2377/tcp', '4789/udp', '7946/tcp', '7946/udp'].flatMap((port) =>
        ['10.9.0.11/32', '10.9.0.12/32', '10.9.0.13/32', worker].map((source) => `${port} ${source}`),
      ),
    );
    expect(portsAt(id)).toEqual(before.filter((rule) => !rule.endsWith(worker)));
  });

  it('warns of datagrams that do not get through, with the port and both ends', async () => {
    silences.set('11', '10.9.0.21 7946\n');

    await create();

    expect(world.lines.filter((line) => line.includes('let through'))).toEqual([
      'warn: 7946/udp from prod-worker-1 to prod-manager-1 is not let through: overlay networks do not work without; see the firewalls between them',
    ]);
  });

  it('lets ESP in from members where it is encrypted', async () => {
    world.provider.rules = new Map();
    await create({ firewall: true, encrypted: true });
    const { id } = await program.store.read(name('prod-manager-1'));

    await scaleCluster(PROD, { workers: 0 }, program);

    expect(portsAt(id).filter((rule) => rule.includes('esp'))).toEqual(
      ['11', '12', '13'].map((number) => `0/esp 10.9.0.${number}/32`),
    );
  });

  it('is not made encrypted behind firewalls that cannot let ESP in', async () => {
    world.provider.rules = new Map();
    world.provider.lacks = ['esp'];

    expect(told(await failureOf(create({ firewall: true, encrypted: true })))).toMatchObject({
      code: 'NotSupported',
      message: 'the firewall knows no such protocol',
    });
    expect(swarms.swarms).toEqual([]);
  });

  it('takes nobody in whose kernel cannot encrypt, before anything is changed on its host', async () => {
    await create({ firewall: true, encrypted: true });
    await createMachine(world.wish('other'), world.spec, program);
    espFlaws.set('31', 'Error: Requested AEAD algorithm not found.');
    scripts.length = 0;

    const failure = await failureOf(joinCluster(PROD, [{ machine: name('other'), role: 'worker' }], program));

    expect(told(failure)).toMatchObject({
      code: 'ClusterRefused',
      message: 'no ESP with AES-GCM, which encryption needs, in the kernel of other',
    });
    expect(scripts).toEqual([]);
    await leaveCluster(PROD, [name('other')], program);
    expect(roles()).toEqual(ALL);
  });

  it('leaves rules alone that it has not made', async () => {
    const theirs: PortRule = { protocol: 'tcp', from: 2377, to: 2377, sources: ['192.0.2.7/32'] };
    world.provider.rules = new Map();
    await create({ firewall: true });
    const { id } = await program.store.read(name('prod-worker-1'));
    world.provider.rules.set(id, [...(world.provider.rules.get(id) ?? []), theirs]);

    await leaveCluster(PROD, [name('prod-worker-1')], program);

    expect(portsAt(id)).toEqual(['2377/tcp 192.0.2.7/32']);
  });

  it('opens the ports of the swarm to its members alone', async () => {
    await createCluster(
      wish([['prod-manager-1', 'manager']], { firewall: true }),
      [wishFor('prod-manager-1')],
      program,
    );

    expect(scripts[0]).toBe('11 members=10.9.0.11');
  });
});
