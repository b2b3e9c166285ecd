import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, request, type Server } from 'node:http';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Driver, PortRule } from '../../src/driver.js';
import { readContexts } from '../../src/engine/contexts.js';
import { MachineError } from '../../src/errors.js';
import type { ConnectRequest, Host } from '../../src/host/host.js';
import { clientEnvironment, clientOptions } from '../../src/lifecycle/connection.js';
import { createMachine } from '../../src/lifecycle/create.js';
import type { Program } from '../../src/lifecycle/program.js';
import { removeMachine } from '../../src/lifecycle/remove.js';
import { readMachines, surveyMachines } from '../../src/lifecycle/status.js';
import { changeTransport } from '../../src/lifecycle/transport.js';
import { ensureTunnel } from '../../src/lifecycle/tunnel-start.js';
import { serveTunnel } from '../../src/lifecycle/tunnel.js';
import { parseName } from '../../src/name.js';
import { type Json, type Machine, type OptionValues } from '../../src/record.js';
import { failureOf } from '../helpers/failure.js';
import { until } from '../helpers/until.js';
import { testWorld, type World } from './support/world.js';

const WEB = parseName('web-1');

let world: World;
let program: Program;
let engine: Server;
let enginePath: string;
/** Where each connection went. */
let reached: string[];
let served: Promise<void>[];
/** What the provider's firewall lets through. */
let rules: PortRule[];
let hostError: MachineError | undefined;

beforeEach(async () => {
  world = await testWorld();
  [reached, served, rules, hostError] = [[], [], [], undefined];
  enginePath = join(world.dockerFolder, '..', 'engine.sock');
  engine = createServer((_asked, answer) => answer.end('{"Version":"28.2.2","ApiVersion":"1.50"}'));
  await new Promise<void>((resolve) => engine.listen(enginePath, resolve));
  program = {
    ...world.program,
    connect: async (asked) => hostOf(asked),
    findDriver: (name) => (name === 'fake' ? withPorts() : undefined),
    startTunnel: (name) =>
      new Promise((onReady, reject) => {
        const serving = serveTunnel(name, { idleMs: 0, onReady }, program);
        served.push(serving);
        serving.catch(reject);
      }),
  };
});
afterEach(async () => {
  world.interrupt.abort();
  await Promise.allSettled(served);
  engine.closeAllConnections();
  engine.close();
  await world[Symbol.asyncDispose]();
});

/** A host that has the engine's socket, and tells which address it was reached at. */
function hostOf({ target }: ConnectRequest): Host {
  if (hostError) throw hostError;
  reached.push(target.host);
  return {
    target,
    dial: async () => connect({ path: enginePath, allowHalfOpen: true }),
    [Symbol.asyncDispose]: async () => {},
  } as unknown as Host;
}

function withPorts(): World['spec'] {
  const { spec } = world;
  return { ...spec, load: async () => ({ ...(await spec.load()), ports: PORTS }) };
}
const PORTS: NonNullable<Driver<OptionValues, Json>['ports']> = {
  list: async () => rules,
  open: async (_resource, opened) => void rules.push(...opened),
  close: async (_resource, closed) => void (rules = rules.filter((rule) => !closed.includes(rule))),
};

function wish(name = 'web-1') {
  const { machine, ...rest } = world.wish(name);
  return { ...rest, machine: { ...machine, transport: { kind: 'tunnel' as const, socket: '' } } };
}
const create = (name?: string): Promise<Machine> => createMachine(wish(name), withPorts(), program);
const createTls = (): Promise<Machine> => createMachine(world.wish('web-1'), withPorts(), program);
const socketOf = (): string => program.store.path(WEB, 'docker.sock');
const version = async (): Promise<string> =>
  new Promise((resolve, reject) =>
    request({ socketPath: socketOf(), path: '/version', agent: false }, (answer) => {
      text(answer).then(resolve, reject);
    })
      .on('error', reject)
      .end(),
  );

describe('a machine that is made with transport ssh', () => {
  it('has an engine without a port, and clients reach it at a socket beside the record', async () => {
    const machine = await create();

    expect(machine.transport).toEqual({ kind: 'tunnel', socket: socketOf() });
    expect(world.wanted.map(({ socketOnly }) => socketOnly)).toEqual([true]);
    expect(await version()).toContain('28.2.2');
    expect((await program.store.read(WEB)).transport).toEqual({ kind: 'tunnel', socket: socketOf() });
    expect(rules).toEqual([]);
  });

  it('has a docker context that leads to the socket', async () => {
    await create();

    const { own } = await readContexts(world.dockerFolder);
    expect(own.map(({ name, url }) => [name, url])).toEqual([['web-1', `unix://${socketOf()}`]]);
  });

  it('tells clients its socket and no certificates', async () => {
    const machine = await create();

    expect(clientEnvironment(machine, '/folder', 'linux')).toEqual([
      ['DOCKER_TLS_VERIFY', undefined],
      ['DOCKER_HOST', `unix://${socketOf()}`],
      ['DOCKER_CERT_PATH', undefined],
      ['DOCKER_MACHINE_NAME', 'web-1'],
    ]);
    expect(clientOptions(machine, '/folder')).toEqual([`-H=unix://${socketOf()}`]);
  });

  it('leaves it to env to switch shells, which sees to the tunnel', async () => {
    await create();

    expect(await program.store.readFile(WEB, 'env')).toBeUndefined();
  });

  it('is ready where no tunnel can be started, and says so', async () => {
    program = {
      ...program,
      startTunnel: () => Promise.reject(new MachineError('EngineUnreachable', 'cannot start the tunnel to "web-1"')),
    };

    const machine = await create();

    expect(machine.phase).toBe('ready');
    expect(world.lines).toContain('warn: cannot start the tunnel to "web-1"');
  });

  it('is not made where the path of its socket is too long for one', async () => {
    const name = 'a'.repeat(63);
    const path = program.store.path(parseName(name), 'docker.sock');
    const store = {
      ...program.store,
      path: () => `/${'x'.repeat(50)}${path}`,
    };

    const error = await failureOf(createMachine(wish(name), withPorts(), { ...program, store }));

    expect(error).toMatchObject({
      code: 'BadOption',
      message: `a socket's path has at most 103 bytes, this one has ${path.length + 51}`,
    });
    expect(world.provider.calls).toEqual([]);
  });

  it('is not gone on with as one of transport tls', async () => {
    world.duringProvision = () => Promise.reject(new MachineError('ProvisionFailed', 'stopped here'));
    await failureOf(create());

    const error = await failureOf(createTls());

    expect(error).toMatchObject({
      code: 'MachineExists',
      message: 'an unfinished machine "web-1" exists, begun with other arguments',
    });
  });
});

describe('what looks at such a machine', () => {
  it('asks its engine through SSH, and starts no tunnel', async () => {
    await create();
    world.interrupt.abort();
    await Promise.all(served);
    const looking = { ...program, signal: new AbortController().signal };

    const [survey] = await surveyMachines(await readMachines(looking), { timeoutMs: 5_000 }, looking);

    expect(survey).toMatchObject({ state: 'Running', url: `unix://${socketOf()}`, engineVersion: '28.2.2', error: '' });
    expect(served).toHaveLength(1);
  });
});

describe('the change to transport ssh', () => {
  it('closes the port, at the engine and at the provider', async () => {
    await createTls();
    rules = [
      { protocol: 'tcp', from: world.enginePort, to: world.enginePort, sources: ['192.0.2.7/32'] },
      { protocol: 'tcp', from: 80, to: 80, sources: ['0.0.0.0/0'] },
    ];

    const { machine } = await changeTransport(WEB, 'ssh', program);

    expect(machine.transport).toEqual({ kind: 'tunnel', socket: socketOf() });
    expect(world.wanted.map(({ socketOnly }) => socketOnly)).toEqual([undefined, true]);
    expect(rules.map(({ from }) => from)).toEqual([80]);
    expect(await version()).toContain('28.2.2');
    expect((await readContexts(world.dockerFolder)).own.map(({ url }) => url)).toEqual([`unix://${socketOf()}`]);
  });

  it('is finished by the same call when it was cut off', async () => {
    await createTls();
    world.duringProvision = () => Promise.reject(new MachineError('ProvisionFailed', 'stopped here'));
    await failureOf(changeTransport(WEB, 'ssh', program));
    world.duringProvision = async () => {};

    await changeTransport(WEB, 'ssh', program);

    expect(world.wanted.at(-1)?.socketOnly).toBe(true);
    expect(await version()).toContain('28.2.2');
  });

  it.each([
    [
      'an unfinished machine',
      { phase: 'created' as const },
      { code: 'MachineNotRunning', message: 'machine "web-1" was never finished' },
    ],
    [
      'an adopted one',
      { transport: { kind: 'ssh' as const } },
      { code: 'NotSupported', message: 'machine "web-1" was adopted: its engine is reached over SSH as it is' },
    ],
  ])('is refused for %s', async (_what, change, refusal) => {
    await program.store.write({ ...(await createTls()), ...change });

    const error = await failureOf(changeTransport(WEB, 'ssh', program));

    expect(error).toMatchObject(refusal);
  });
});

describe('the change to transport tls', () => {
  it('opens the port again, and ends the tunnel', async () => {
    await create();

    const { machine } = await changeTransport(WEB, 'tls', program);
    await Promise.all(served);

    expect(machine.transport).toEqual({ kind: 'tls' });
    expect(world.wanted.at(-1)?.socketOnly).toBeUndefined();
    expect(existsSync(socketOf())).toBe(false);
    expect((await readContexts(world.dockerFolder)).own.map(({ url }) => url)).toEqual([
      `tcp://127.0.0.1:${world.enginePort}`,
    ]);
    expect(await program.store.readFile(WEB, 'env')).toContain('DOCKER_TLS_VERIFY=1');
  });
});

describe('a tunnel to a machine', () => {
  it('is started where nobody serves the socket, and only there', async () => {
    const machine = await create();
    const before = served.length;

    await ensureTunnel(machine, program);

    expect([before, served.length]).toEqual([1, 1]);
  });

  it('has what it connects with loaded before anybody comes: its files may be gone by then', async () => {
    let loaded = 0;
    const loadSsh = async (): Promise<void> => void (loaded += 1);
    program = { ...program, loadSsh };

    await create();

    expect(loaded).toBe(1);
  });

  it('is not needed by machines with a port', async () => {
    const machine = await createTls();

    await ensureTunnel(machine, program);

    expect(served).toHaveLength(0);
  });

  it('is left to whoever serves it already', async () => {
    await create();
    let ready = 0;

    await serveTunnel(WEB, { idleMs: 0, onReady: () => (ready += 1) }, program);

    expect(ready).toBe(1);
  });

  it('follows the machine to another address', async () => {
    const machine = await create();
    await version();
    reached = [];

    await program.store.write({ ...machine, address: '192.0.2.9' });
    while (reached.length === 0) await version();

    expect(reached).toEqual(['192.0.2.9']);
  });

  it('ends when the machine is removed', async () => {
    await create();

    await removeMachine(WEB, { force: false }, program);
    await Promise.all(served);

    expect(await readContexts(world.dockerFolder)).toEqual({ names: [], own: [], broken: [] });
  });

  it('tells clients what keeps it from the host', async () => {
    await create();
    hostError = new MachineError('LoginRefused', 'root@127.0.0.1:22 refused the login');

    const answer = await version();

    expect(answer).toBe('{"message":"root@127.0.0.1:22 refused the login"}\n');
  });

  it('is for machines with transport ssh alone', async () => {
    await createTls();

    const error = await failureOf(serveTunnel(WEB, { idleMs: 0, onReady: () => {} }, program));

    expect(error).toMatchObject({
      code: 'NotSupported',
      message: 'the engine of "web-1" is not reached through SSH',
      suggestions: ['berth transport web-1 ssh', 'berth env web-1'],
    });
  });

  it('is up for shells that switch by env, after it had ended', async () => {
    const machine = await create();
    world.interrupt.abort();
    await Promise.all(served);
    await until(() => !existsSync(socketOf()));
    const end = new AbortController();
    const anew: Program = { ...program, signal: end.signal };

    await ensureTunnel(machine, {
      ...anew,
      startTunnel: (name) => new Promise((onReady) => served.push(serveTunnel(name, { idleMs: 0, onReady }, anew))),
    });

    expect(await version()).toContain('28.2.2');
    end.abort();
  });
});

describe('the settings of a machine with transport ssh', () => {
  it('survive in its record under the name of what they are', async () => {
    await create();

    const document = JSON.parse(await readFile(join(program.store.folder(WEB), 'config.json'), 'utf8')) as {
      Berth: { Transport: string };
    };
    expect(document.Berth.Transport).toBe('tunnel');
  });
});
