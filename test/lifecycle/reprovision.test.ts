import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { none } from '../../drivers/none/index.js';
import { certificates } from '../../src/certs/issue.js';
import { MachineError } from '../../src/errors.js';
import { serverNames } from '../../src/lifecycle/certificates.js';
import { engineAddress } from '../../src/lifecycle/engine-address.js';
import { createMachine } from '../../src/lifecycle/create.js';
import { reprovision } from '../../src/lifecycle/reprovision.js';
import { parseName } from '../../src/name.js';
import { failureOf, told } from '../helpers/failure.js';
import { testWorld, type World } from './support/world.js';

let world: World;
beforeEach(async () => {
  world = await testWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

const WEB = parseName('web-1');
const create = (): ReturnType<typeof createMachine> => createMachine(world.wish('web-1'), world.spec, world.program);
const server = async (): Promise<string> => (await world.program.store.readFile(WEB, 'server.pem')) ?? '';
const DAY_MS = 86_400_000;

describe('provisioning again', () => {
  it('uses the certificate that is good', async () => {
    await create();
    const before = await server();

    await reprovision(WEB, { renew: false }, world.program);

    expect(await server()).toBe(before);
  });

  it('renews a certificate that ends within sixty days', async () => {
    await create();
    const before = await server();
    const later = new Date(Date.now() + (1080 - 59) * DAY_MS);

    await reprovision(WEB, { renew: false }, { ...world.program, now: () => later }).catch(() => undefined);

    expect(await server()).not.toBe(before);
  });

  it('renews the certificate when it is asked to', async () => {
    await create();
    const before = await server();

    await reprovision(WEB, { renew: true }, world.program);

    expect(await server()).not.toBe(before);
    expect(certificates.inspect(await server()).names).toEqual(certificates.inspect(before).names);
  });

  it('finishes a machine whose create failed on its host', async () => {
    world.duringProvision = async () => {
      throw new MachineError('ProvisionFailed', 'cannot provision "web-1": installing the engine failed');
    };
    await failureOf(create());
    world.duringProvision = async () => {};

    await reprovision(WEB, { renew: false }, world.program);

    expect((await world.program.store.read(WEB)).phase).toBe('ready');
  });

  it('puts the client certificate back where it was lost', async () => {
    await create();
    await world.program.store.writeFile(WEB, 'key.pem', '');

    await reprovision(WEB, { renew: false }, world.program);

    const pair = await world.program.store.certificates();
    expect(await world.program.store.readFile(WEB, 'key.pem')).toBe(pair?.client.privateKey);
  });

  it('is refused for an engine at a URL', async () => {
    await create();

    const failure = await failureOf(reprovision(WEB, { renew: false }, { ...world.program, findDriver: () => none }));

    expect(told(failure)).toEqual({
      code: 'NotSupported',
      message: 'machine "web-1" is only a URL: there is no host to provision',
      exitCode: 2,
    });
  });

  it('is refused for a machine that has no address yet', async () => {
    await world.program.store.write(world.wish('web-1').machine);

    const failure = await failureOf(reprovision(WEB, { renew: false }, world.program));

    expect(told(failure)).toEqual({
      code: 'HostUnreachable',
      message: 'machine "web-1" has no address yet',
      exitCode: 4,
    });
    expect(failure.suggestions).toEqual(['berth start web-1', 'berth rm web-1']);
  });
});

describe('the certificates of a machine', () => {
  it('name everything a client may call the host by, once', () => {
    const { machine } = world.wish('web-1');
    const known = { ...machine, address: '192.0.2.7', tlsSans: ['engine.example', '192.0.2.7', 'not a name'] };

    expect(serverNames(known, ['10.0.0.7', '192.0.2.7', '2001:db8::7'], 'host_1')).toEqual([
      'web-1',
      'host_1',
      '192.0.2.7',
      '10.0.0.7',
      '2001:db8::7',
      'engine.example',
      'localhost',
      '127.0.0.1',
    ]);
  });

  it('are missed with the folder and the remedy', async () => {
    const { machine } = world.wish('web-1');

    const failure = await failureOf(engineAddress(machine, world.program));

    expect(failure.code).toBe('CertificateInvalid');
    expect(failure.message).toBe('machine "web-1" has no client certificate');
    expect((failure.cause as Error).message).toBe(world.program.store.folder(WEB));
    expect(failure.suggestions).toEqual(['berth provision web-1']);
  });
});
