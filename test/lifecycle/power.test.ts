import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { certificates } from '../../src/certs/issue.js';
import { createMachine } from '../../src/lifecycle/create.js';
import { killMachine, restartMachine, startMachine, stopMachine } from '../../src/lifecycle/power.js';
import { waitForEngine } from '../../src/lifecycle/reach.js';
import { parseName } from '../../src/name.js';
import { failureOf, told } from '../helpers/failure.js';
import { testWorld, type World } from './support/world.js';

let world: World;
beforeEach(async () => {
  world = await testWorld();
  await createMachine(world.wish('web-1'), world.spec, world.program);
  world.lines.length = 0;
});
afterEach(() => world[Symbol.asyncDispose]());

const WEB = parseName('web-1');
const serverCertificate = async (): Promise<string> => (await world.program.store.readFile(WEB, 'server.pem')) ?? '';

describe('start', () => {
  it('renews the certificate and the record of a machine that comes back under another address', async () => {
    const before = await serverCertificate();
    await stopMachine(WEB, world.program);
    world.provider.nextAddress = '127.0.0.2';

    await startMachine(WEB, world.program);

    const machine = await world.program.store.read(WEB);
    expect(machine.address).toBe('127.0.0.2');
    expect(await serverCertificate()).not.toBe(before);
    expect(certificates.inspect(await serverCertificate()).names).toContain('127.0.0.2');
    expect(await waitForEngine(machine, world.program)).toEqual({ version: '28.2.2', apiVersion: '1.50' });
    expect(world.lines).toContain('info: its address is now 127.0.0.2');
  });

  it('leaves certificates alone while the address stays', async () => {
    const before = await serverCertificate();
    await stopMachine(WEB, world.program);

    await startMachine(WEB, world.program);

    expect(await serverCertificate()).toBe(before);
    expect(world.lines).toEqual([
      'step: Stopping the machine',
      'step: Starting the machine',
      'step: Waiting for the engine',
    ]);
  });

  it('is refused for a machine that runs', async () => {
    const failure = await failureOf(startMachine(WEB, world.program));

    expect(told(failure)).toEqual({
      code: 'MachineAlreadyInState',
      message: 'machine "web-1" is already running',
      exitCode: 2,
    });
  });

  it('is refused for a machine that was never finished', async () => {
    await world.program.store.write(world.wish('half').machine);

    const failure = await failureOf(startMachine(parseName('half'), world.program));

    expect(told(failure)).toEqual({
      code: 'MachineNotRunning',
      message: 'machine "half" was never finished',
      exitCode: 2,
    });
    expect(failure.suggestions).toEqual([
      'Run create again with the arguments of the first time, to finish it',
      'berth rm half',
    ]);
  });

  it('fails for a machine that its provider has lost', async () => {
    const driver = await world.spec.load();
    const willing = { ...world.spec, load: async () => ({ ...driver, start: async () => {} }) };
    world.provider.servers.clear();

    const failure = await failureOf(startMachine(WEB, { ...world.program, findDriver: () => willing }));

    expect(told(failure)).toEqual({ code: 'DriverFailed', message: 'machine "web-1" is gone', exitCode: 3 });
  });

  it('is refused without the driver of the machine', async () => {
    const failure = await failureOf(startMachine(WEB, { ...world.program, findDriver: () => undefined }));

    expect(told(failure)).toEqual({
      code: 'DriverNotFound',
      message: 'driver "fake" of machine "web-1" not found',
      exitCode: 2,
    });
    expect(failure.suggestions).toEqual(['Put the plugin binary "docker-machine-driver-fake" on PATH']);
  });
});

describe.each([
  { verb: 'stop', run: stopMachine, title: 'Stopping the machine' },
  { verb: 'kill', run: killMachine, title: 'Killing the machine' },
])('$verb', ({ verb, run, title }) => {
  it('ends when the provider says that the machine is off', async () => {
    await run(WEB, world.program);

    expect(world.provider.calls.at(-1)).toBe(verb);
    expect([...world.provider.servers.values()].map(({ state }) => state)).toEqual(['stopped']);
    expect(world.lines).toEqual([`step: ${title}`]);
  });

  it('is refused for a machine that is off', async () => {
    await stopMachine(WEB, world.program);

    const failure = await failureOf(run(WEB, world.program));

    expect(told(failure)).toEqual({
      code: 'MachineAlreadyInState',
      message: 'machine "web-1" is already stopped',
      exitCode: 2,
    });
  });
});

describe('restart', () => {
  it('stops and starts, and follows a changed address', async () => {
    world.provider.nextAddress = '127.0.0.3';

    await restartMachine(WEB, world.program);

    expect(world.provider.calls.slice(-2)).toEqual(['stop', 'start']);
    expect((await world.program.store.read(WEB)).address).toBe('127.0.0.3');
  });

  it('starts a machine that was off', async () => {
    await stopMachine(WEB, world.program);

    await restartMachine(WEB, world.program);

    expect(world.provider.calls.slice(-2)).toEqual(['stop', 'start']);
    expect([...world.provider.servers.values()].map(({ state }) => state)).toEqual(['running']);
  });
});
