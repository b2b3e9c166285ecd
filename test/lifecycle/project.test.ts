import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { parseClusterName } from '../../src/cluster-name.js';
import type { Host } from '../../src/host/host.js';
import { changeText } from '../../src/cli/project-text.js';
import { applyChanges } from '../../src/lifecycle/apply.js';
import type { Program } from '../../src/lifecycle/program.js';
import { planProject, type Project } from '../../src/lifecycle/project.js';
import { memberOf } from '../../src/lifecycle/swarm-membership.js';
import { parseName } from '../../src/name.js';
import type { EngineOptions } from '../../src/record.js';
import type { Cluster, Labels, Role } from '../../src/swarm/contract.js';
import { newCluster } from '../../src/swarm/record.js';
import { failureOf, told } from '../helpers/failure.js';
import { StandInSwarms } from '../helpers/swarm.js';
import { testWorld, type World } from './support/world.js';

const PROD = parseClusterName('prod');
/** Each machine gets a key of RSA, on a busy computer. In milliseconds. */
jest.setTimeout(60_000);

let world: World;
let swarms: StandInSwarms;
let program: Program;
beforeEach(async () => {
  world = await testWorld();
  swarms = new StandInSwarms();
  world.engines.answer = swarms.answer;
  ['prod-manager-1', 'prod-worker-1', 'prod-worker-2', 'lone'].forEach((name, index) =>
    world.provider.addresses.set(name, `127.0.0.${11 + index}`),
  );
  program = { ...world.program, connect: async (request) => host(await world.program.connect(request)) };
});
afterEach(() => world[Symbol.asyncDispose]());

/** A host of a private network that tells of itself what planning a cluster asks for. */
function host(plain: Host): Host {
  const number = plain.target.host.split('.').at(-1) ?? '';
  const facts = `mtu eth0 1500\naddress 2: eth0 inet 10.9.0.${number}/24 scope global eth0\nroute 10.9.0.0/24 dev eth0\n`;
  return { ...plain, deliver: async () => ({ stdout: facts, stderr: '' }) };
}

interface Asked {
  readonly workers: number;
  readonly labels?: Labels;
  readonly engine?: Partial<EngineOptions>;
  readonly settings?: Partial<Cluster>;
  /** Machines with a section of their own that are workers. */
  readonly named?: readonly string[];
  readonly namedEngine?: Partial<EngineOptions>;
  readonly tlsSans?: readonly string[];
}

function project({
  workers,
  labels = {},
  engine = {},
  settings = {},
  named = [],
  namedEngine = {},
  tlsSans = [],
}: Asked): Project {
  const names = ['prod-manager-1', ...Array.from({ length: workers }, (_, index) => `prod-worker-${index + 1}`)];
  const machines = names.map((name) => {
    const { machine, secrets } = world.wish(name);
    return {
      spec: world.spec,
      request: { machine: { ...machine, tlsSans, engine: { ...machine.engine, ...engine } }, secrets },
    };
  });
  const roleOf = (name: string): Role => (name.includes('manager') ? 'manager' : 'worker');
  const members = [...named, ...names].map((name) =>
    memberOf({ machine: parseName(name), role: roleOf(name), labels }, world.wish(name).machine),
  );
  const wish = { ...newCluster(PROD, '2026-11-21T10:00:00.000Z'), firewall: false, ...settings, members };
  return {
    machines: named.map((name) => {
      const { machine, secrets } = world.wish(name);
      const wanted = { ...machine, engine: { ...machine.engine, ...namedEngine } };
      return { spec: world.spec, request: { machine: wanted, secrets }, ports: [] };
    }),
    clusters: [{ name: PROD, wish: async () => ({ wish, machines }) }],
  };
}

const differences = async (wanted: Project): Promise<readonly (readonly string[])[]> =>
  (await planProject(wanted, program)).map((change) => ('differences' in change ? change.differences : [change.kind]));
const apply = async (wanted: Project): Promise<void> => applyChanges(await planProject(wanted, program), program);

describe('a cluster of a file', () => {
  it('is made once', async () => {
    const wanted = project({ workers: 1, labels: { tier: 'front' } });
    const before = await differences(wanted);

    await apply(wanted);

    expect(before).toEqual([['create cluster']]);
    expect(await differences(wanted)).toEqual([]);
  });

  it('is changed where the file is edited, as the plan has said', async () => {
    await apply(project({ workers: 1, labels: { tier: 'front', disk: 'ssd' } }));
    const edited = project({
      ...{ workers: 2, labels: { tier: 'back' }, engine: { labels: ['rack=7'] } },
      settings: { drainManagers: true },
    });
    const planned = await differences(edited);

    await apply(edited);

    expect(planned).toEqual([
      [
        'workers: 1 → 2',
        'label tier: front → back',
        'label disk: ssd → nothing',
        'drainManagers: false → true',
        'engine labels: nothing → rack=7',
      ],
    ]);
    expect(await differences(edited)).toEqual([]);
    expect(swarms.nodesOf('127.0.0.11').map(({ availability }) => availability)).toEqual(['drain', 'active', 'active']);
    expect(swarms.labelsOf('127.0.0.12')).toEqual({ machine: 'prod-worker-1', provider: 'fake', tier: 'back' });
    expect((await program.store.read(parseName('prod-worker-2'))).engine.labels).toEqual(['rack=7']);
  });

  it('keeps labels that one member was given', async () => {
    const wanted = project({ workers: 1, labels: { tier: 'front' } });
    await apply(wanted);
    const cluster = await program.clusters.read(PROD);
    const [first, ...others] = cluster.members;
    if (first) {
      const labels = { ...first.labels, disk: 'ssd' };
      await program.clusters.write({ ...cluster, members: [{ ...first, labels }, ...others] });
    }

    expect(await differences(wanted)).toEqual([]);
  });

  it('takes machines in that have a section of their own, and lets them go', async () => {
    await apply(project({ workers: 1, named: ['lone'] }));
    const without = project({ workers: 1 });
    const planned = await differences(without);

    await apply(without);

    expect(planned).toEqual([['lone: worker → no member']]);
    expect(swarms.members.has('127.0.0.14')).toBe(false);
    expect(await program.store.exists(parseName('lone'))).toBe(true);
  });

  it('takes a machine in that the same file makes', async () => {
    await apply(project({ workers: 1 }));
    const grown = project({ workers: 1, named: ['lone'] });
    const planned = await planProject(grown, program);

    await applyChanges(planned, program);

    expect(planned.map(changeText)).toEqual(['+ machine lone (fake)', '~ cluster prod\n    lone: no member → worker']);
    expect(swarms.nodesOf('127.0.0.11')).toHaveLength(3);
    expect(await differences(grown)).toEqual([]);
  });

  it('drains a member of its own section while its engine is changed', async () => {
    await apply(project({ workers: 1, named: ['lone'] }));
    world.lines.length = 0;
    const edited = project({ workers: 1, named: ['lone'], namedEngine: { labels: ['rack=7'] } });

    await apply(edited);

    expect(world.lines).toEqual(
      expect.arrayContaining(['(lone) step: Draining lone', '(lone) step: Upgrading the engine of lone']),
    );
    expect(await differences(edited)).toEqual([]);
  });

  it('gives the engines of its machines what is said of them, and drains none for what is on record alone', async () => {
    await apply(project({ workers: 1 }));
    const edited = project({ workers: 1, engine: { allow: ['any'], source: 'docker' }, tlsSans: ['swarm.test'] });
    const planned = await differences(edited);
    world.wanted.length = 0;

    await apply(edited);
    await apply(project({ workers: 1, engine: { allow: ['any'], source: 'auto' }, tlsSans: ['swarm.test'] }));

    expect(planned).toEqual([
      [
        'engine source: auto → docker, once it is made anew',
        'engine allow: nothing → any',
        'tlsSans: nothing → swarm.test',
      ],
    ]);
    // Once for the names in the certificate of each.
    expect(world.wanted).toHaveLength(2);
    expect((await program.store.read(parseName('prod-worker-1'))).tlsSans).toEqual(['swarm.test']);
  });

  it('is finished where an earlier run was ended', async () => {
    const wanted = project({ workers: 1 });
    swarms.refusals.set('POST /swarm/join', 'rpc error: connection refused');
    await failureOf(apply(wanted));
    swarms.refusals.clear();
    const planned = await differences(wanted);

    await apply(wanted);

    expect(planned).toEqual([['what an earlier run has begun']]);
    expect(await differences(wanted)).toEqual([]);
  });

  it.each<Partial<Cluster>>([
    { encrypted: true },
    { addressPool: ['10.77.0.0/16'] },
    { subnetSize: 20 },
    { dataPathPort: 5_000 },
    { advertise: { kind: 'public' } },
  ])('is not made into another one: %j', async (settings) => {
    await apply(project({ workers: 0 }));

    const failure = await failureOf(differences(project({ workers: 0, settings })));

    expect(told(failure)).toEqual({
      ...{ code: 'ClusterExists', message: 'cluster "prod" was made with other settings', exitCode: 2 },
    });
  });
});
