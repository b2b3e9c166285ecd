import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '../../src/host/ssh.js';
import { createMachine } from '../../src/lifecycle/create.js';
import { planMachine } from '../../src/lifecycle/plan.js';
import { killMachine, startMachine, stopMachine } from '../../src/lifecycle/power.js';
import type { Program } from '../../src/lifecycle/program.js';
import { removeMachine } from '../../src/lifecycle/remove.js';
import { machineState } from '../../src/lifecycle/status.js';
import { parseName } from '../../src/name.js';
import { pluginDriver, pluginFlags } from '../../src/plugin/driver.js';
import { pluginSpec } from '../../src/plugin/spec.js';
import { DEFAULT_ENGINE, type JsonObject } from '../../src/record.js';
import { openStore } from '../../src/store/disk.js';
import { failureOf } from '../helpers/failure.js';
import { sshServer } from '../helpers/ssh-server.js';
import { NOW, testWorld } from '../lifecycle/support/world.js';
import { describeFakeDriver, fakeDriver } from './support/fake-driver.js';

const NAME = parseName('web-1');

describeFakeDriver('a machine of a driver binary', (built) => {
  it('is created, logged in to with the key that the driver made, stopped, started, killed and removed', async () => {
    await using bench = await testBench(built.path);
    const { program, server, fake, spec } = bench;

    const machine = await createMachine(bench.request(), spec, program);
    const publicKey = readFileSync(join(fake.place.storePath, 'machines/web-1/id_rsa.pub'), 'utf8').trim();
    const created = await machineState(machine, program);
    await stopMachine(NAME, program);
    const stopped = await machineState(await program.store.read(NAME), program);
    const again = await failureOf(stopMachine(NAME, program));
    await startMachine(NAME, program);
    const started = await program.store.read(NAME);
    await killMachine(NAME, program);
    await removeMachine(NAME, { force: false }, program);

    expect(machine).toMatchObject({
      phase: 'ready',
      address: '127.0.0.1',
      ssh: { user: 'fake', port: server.port, keyPath: join(fake.place.storePath, 'machines/web-1/id_rsa') },
    });
    const logins = server.logins.filter(({ accepted }) => accepted).map(({ user, key }) => `${user} ${key}`);
    expect([...new Set(logins)]).toEqual([`fake ${publicKey}`]);
    expect([created, stopped]).toEqual(['running', 'stopped']);
    expect(again.message).toBe('machine "web-1" is already stopped');
    expect(started.resource).toMatchObject({ Cores: 1, Size: 'small' });
    expect(fake.servers()).toEqual([]);
    expect(await program.store.list()).toEqual([]);
  });

  it('has the record that docker-machine would have written, with berth beside it', async () => {
    await using bench = await testBench(built.path);
    const { program, fake, spec } = bench;

    const machine = await createMachine(bench.request(), spec, program);

    const path = join(fake.place.storePath, 'machines/web-1/config.json');
    const record = JSON.parse(readFileSync(path, 'utf8')) as { DriverName: string; Driver: JsonObject };
    expect(record.DriverName).toBe('fake');
    expect(record.Driver).toEqual({
      ...(machine.resource as JsonObject),
      SSHKeyPath: join(fake.place.storePath, 'machines/web-1/id_rsa'),
    });
  });

  it('that docker-machine wrote works as it is', async () => {
    await using bench = await testBench(built.path);
    const { program, spec } = bench;
    const { document: _document, ...machine } = await createMachine(bench.request(), spec, program);
    const path = join(bench.fake.place.storePath, 'machines/web-1/config.json');
    const { Berth: _berth, ...theirs } = JSON.parse(readFileSync(path, 'utf8')) as JsonObject;
    writeFileSync(path, JSON.stringify(theirs));

    const read = await program.store.read(NAME);
    const state = await machineState(read, program);

    expect(state).toBe('running');
    expect(read.ssh).toEqual(machine.ssh);
    expect(read.resource).toMatchObject({ InstanceId: (machine.resource as JsonObject)['InstanceId'] });
  });

  it('whose create failed can be removed', async () => {
    await using bench = await testBench(built.path);
    const { program, fake, spec } = bench;
    fake.environment['FAKE_FAULT'] = 'refuse:Create';

    const failure = await failureOf(createMachine(bench.request(), spec, program));
    await removeMachine(NAME, { force: false }, program);

    expect(failure.message).toBe('driver "fake" refused to create the machine');
    expect(fake.servers()).toEqual([]);
    expect(await program.store.list()).toEqual([]);
  });

  it('whose create was interrupted goes on when it is created again', async () => {
    await using bench = await testBench(built.path);
    const { program, fake, spec } = bench;
    fake.environment['FAKE_FAULT'] = 'hang:Create';
    const interrupt = new AbortController();
    const report = { ...program.report, info: () => interrupt.abort(), forMachine: () => report };

    const failure = await failureOf(
      createMachine(bench.request(), spec, { ...program, signal: interrupt.signal, report }),
    );
    delete fake.environment['FAKE_FAULT'];
    const machine = await createMachine(bench.request(), spec, program);

    expect(failure.message).toBe('interrupted while creating "web-1"; what exists is on record');
    expect(machine.phase).toBe('ready');
    expect(fake.servers()).toEqual(['Running']);
  });
});

/** A program whose only driver is the binary, whose hosts are one stand-in sshd, and whose engines are stand-ins. */
async function testBench(binary: string) {
  const fake = fakeDriver(binary);
  rmSync(join(fake.place.storePath, 'machines'), { recursive: true });
  const world = await testWorld();
  const server = await sshServer({ answers: {} });
  const options = await pluginFlags(fake.place, fake.context);
  const spec = pluginSpec('fake', options, async () => pluginDriver(fake.place));
  const find: Program['findDriver'] = (name) => (name === 'fake' ? spec : undefined);
  const program: Program = {
    ...world.program,
    store: openStore(fake.place.storePath, { find }),
    findDriver: find,
    sshWithinMs: 5_000,
    connect: (request) => connect({ ...request, homeFolder: fake.place.storePath }),
  };
  return {
    fake,
    server,
    spec,
    program,
    request: () => ({
      machine: planMachine({
        name: NAME,
        spec,
        options: { size: 'small', 'ssh-port': server.port, 'engine-port': world.enginePort },
        engine: DEFAULT_ENGINE,
        tlsSans: [],
        now: NOW,
      }),
      secrets: { token: 'tok-0123456789' },
    }),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
      fake[Symbol.dispose]();
    },
  };
}
