import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { PortRule } from '../../src/driver.js';
import { applyChanges } from '../../src/lifecycle/apply.js';
import type { PortChange } from '../../src/lifecycle/ports.js';
import type { Program } from '../../src/lifecycle/program.js';
import { planProject, type Project } from '../../src/lifecycle/project.js';
import { parseName } from '../../src/name.js';
import type { EngineOptions, Machine, Transport } from '../../src/record.js';
import { failureOf, told } from '../helpers/failure.js';
import { testWorld, type World } from './support/world.js';

const WEB = parseName('web');
/** Keys of RSA, on a busy computer. In milliseconds. */
jest.setTimeout(30_000);

let world: World;
let program: Program;
beforeEach(async () => {
  world = await testWorld();
  world.provider.rules = new Map();
  program = { ...world.program, startTunnel: async () => {} };
});
afterEach(() => world[Symbol.asyncDispose]());

interface Asked {
  readonly engine?: Partial<EngineOptions>;
  readonly transport?: Transport;
  readonly ports?: readonly PortChange[];
}

function project({ engine = {}, transport = { kind: 'tls' }, ports = [] }: Asked = {}): Project {
  const { machine, secrets } = world.wish('web');
  const wanted: Machine = { ...machine, transport, engine: { ...machine.engine, ...engine } };
  return { machines: [{ spec: world.spec, request: { machine: wanted, secrets }, ports }], clusters: [] };
}

const differences = async (wanted: Project): Promise<readonly string[]> =>
  (await planProject(wanted, program)).flatMap((change) => ('differences' in change ? change.differences : []));
const apply = async (wanted: Project): Promise<void> => applyChanges(await planProject(wanted, program), program);
const rules = (): readonly string[] =>
  [...(world.provider.rules?.values() ?? [])].flat().map(({ from, sources }) => `${from} ${sources.join(',')}`);
const open = (port: number, ...sources: string[]): PortChange => ({
  verb: 'open',
  ports: [{ protocol: 'tcp', from: port, to: port, sources: [] } satisfies PortRule],
  sources,
});

describe('a machine of a file', () => {
  it('opens the ports that are not open yet, as the plan has said, once', async () => {
    await apply(project({ ports: [open(80, 'any')] }));
    const wanted = project({ ports: [open(80, 'any'), open(443, '192.0.2.0/24')] });
    const planned = await differences(wanted);

    await apply(wanted);

    expect(planned).toEqual(['ports: 443/tcp for 192.0.2.0/24']);
    expect(await differences(wanted)).toEqual([]);
    expect(rules()).toEqual(expect.arrayContaining(['80 0.0.0.0/0', '443 192.0.2.0/24']));
  });

  it('lets those and only those reach its engine who may', async () => {
    await apply(project({ engine: { allow: ['192.0.2.0/24'] } }));
    const wanted = project({ engine: { allow: ['198.51.100.7/32'] } });
    const planned = await differences(wanted);

    await apply(wanted);

    expect(planned).toEqual(['engine allow: 192.0.2.0/24 → 198.51.100.7/32']);
    expect(rules()).toEqual([`${world.enginePort} 198.51.100.7/32`]);
  });

  it('is reached another way where the file says so', async () => {
    await apply(project());
    const wanted = project({ transport: { kind: 'tunnel', socket: '' } });
    const planned = await planProject(wanted, program);

    // Nobody serves the socket in this world: what is asked of the host counts.
    await failureOf(applyChanges(planned, program));

    expect(planned.flatMap((change) => ('differences' in change ? change.differences : []))).toEqual([
      'transport: tls → ssh',
    ]);
    expect(world.wanted.at(-1)?.socketOnly).toBe(true);
    expect((await program.store.read(WEB)).transport.kind).toBe('tunnel');
  });

  it.each([
    { engine: { version: '28' }, upgrade: true },
    { engine: { bundle: 'https://bundles.test/docker.tgz' }, upgrade: true },
    { engine: { labels: ['a=b'] }, upgrade: false },
  ])('is upgraded where another engine is wanted: $engine', async ({ engine, upgrade }) => {
    await apply(project());
    world.wanted.length = 0;

    await apply(project({ engine }));

    expect(world.wanted.map((wanted) => wanted.upgrade)).toEqual([upgrade]);
  });

  it('stays what it is where somebody else made its engine', async () => {
    await apply(project());
    await program.store.write({ ...(await program.store.read(WEB)), transport: { kind: 'ssh' } });

    const failure = await failureOf(differences(project()));

    expect(told(failure)).toMatchObject({ code: 'MachineExists', message: 'machine "web" was made otherwise' });
    expect((failure.cause as Error).message).toBe('"transport" is adopted, the file says tls');
  });
});
