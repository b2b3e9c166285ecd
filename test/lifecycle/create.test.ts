import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MachineError } from '../../src/errors.js';
import { createMachine } from '../../src/lifecycle/create.js';
import { removeMachine } from '../../src/lifecycle/remove.js';
import { parseName } from '../../src/name.js';
import { failureOf, told } from '../helpers/failure.js';
import { testWorld, type World } from './support/world.js';

let world: World;
beforeEach(async () => {
  world = await testWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

const WEB = parseName('web-1');
const create = (name = 'web-1'): Promise<unknown> => createMachine(world.wish(name), world.spec, world.program);
const refusedByProvider = (): MachineError =>
  new MachineError('DriverFailed', 'the provider refused to boot the server', { cause: new Error('no capacity') });

describe('a create', () => {
  it('ends with a ready machine on record whose engine answers', async () => {
    const machine = await createMachine(world.wish('web-1'), world.spec, world.program);

    const { document: _document, ...record } = await world.program.store.read(WEB);
    expect(record).toMatchObject({
      name: 'web-1',
      id: machine.id,
      driver: 'fake',
      resource: { id: machine.id },
      phase: 'ready',
      address: '127.0.0.1',
      enginePort: world.enginePort,
    });
    expect(world.lines.filter((line) => line.startsWith('step'))).toEqual([
      'step: Running pre-create checks',
      'step: Creating a certificate authority',
      'step: Creating the machine',
      'step: Waiting for SSH',
      'step: Checking the connection to the engine',
    ]);
  });

  it('leaves keys and certificates in the folder of the machine, the private ones for nobody else', async () => {
    await create();

    const mode = async (file: Parameters<World['program']['store']['path']>[1]): Promise<string> =>
      ((await stat(world.program.store.path(WEB, file))).mode & 0o777).toString(8);
    expect(await mode('id_rsa')).toBe('600');
    expect(await mode('key.pem')).toBe('600');
    expect(await mode('server-key.pem')).toBe('600');
    expect(await mode('ca.pem')).toBe('644');
    expect(await world.program.store.readFile(WEB, 'known_hosts')).toBe(
      `web-1 ${(await world.program.store.readFile(WEB, 'ssh_host_key.pub'))?.trim()}\n`,
    );
  });

  it('gives the docker client a context', async () => {
    await create();

    const folders = await readdir(join(world.dockerFolder, 'contexts/meta'));
    const text = await readFile(join(world.dockerFolder, 'contexts/meta', folders[0] ?? '', 'meta.json'), 'utf8');
    expect(JSON.parse(text)).toMatchObject({
      Name: 'web-1',
      Endpoints: { docker: { Host: `tcp://127.0.0.1:${world.enginePort}` } },
    });
  });

  it('keeps secrets out of the record, in a file of their own', async () => {
    await createMachine(world.wish('web-1', {}, { token: 's3cret' }), world.spec, world.program);

    expect(await world.program.store.document(WEB)).not.toContain('s3cret');
    expect(await world.program.store.secrets(WEB)).toEqual({ token: 's3cret' });
    const { mode } = await stat(join(world.program.store.folder(WEB), 'secrets.json'));
    expect(mode & 0o777).toBe(0o600);
  });

  it.each([
    { title: 'was typed', environment: {}, typed: { token: 's3cret' } },
    { title: 'stands in the environment', environment: { token: 's3cret' }, typed: {} },
    {
      title: 'was typed, before the one in the environment',
      environment: { token: 'old' },
      typed: { token: 's3cret' },
    },
  ])('gives the driver the secret that $title, then and at every later call', async ({ environment, typed }) => {
    world.environment = environment;
    await createMachine(world.wish('web-1', {}, typed), world.spec, world.program);

    await removeMachine(WEB, { force: false }, world.program);

    expect(world.provider.tokens).toEqual(['s3cret', 's3cret']);
  });

  it('leaves nothing behind when the check before it refuses', async () => {
    world.provider.duringCheck = async () => {
      throw new MachineError('CheckFailed', 'the quota is used up');
    };

    const failure = await failureOf(create());

    expect(told(failure)).toEqual({ code: 'CheckFailed', message: 'the quota is used up', exitCode: 3 });
    expect(await world.program.store.list()).toEqual([]);
  });
});

describe('a create that fails', () => {
  it('keeps the handle of what exists on record, and rm removes that', async () => {
    world.provider.duringCreate = async () => {
      throw refusedByProvider();
    };

    const failure = await failureOf(create());
    const { id, resource, phase } = await world.program.store.read(WEB);
    await removeMachine(WEB, { force: false }, world.program);

    expect(told(failure)).toEqual({
      code: 'DriverFailed',
      message: 'the provider refused to boot the server',
      exitCode: 3,
    });
    expect({ resource, phase }).toEqual({ resource: { id }, phase: 'planned' });
    expect(world.provider.calls).toEqual(['check web-1', 'create web-1', `remove ${id}`]);
    expect(world.provider.servers.size).toBe(0);
    expect(await world.program.store.list()).toEqual([]);
  });

  it('says that what exists is on record when it was interrupted', async () => {
    world.provider.duringCreate = async () => {
      world.interrupt.abort();
      throw new MachineError('Cancelled', 'interrupted');
    };

    const failure = await failureOf(create());

    expect(told(failure)).toEqual({
      code: 'Cancelled',
      message: 'interrupted while creating "web-1"; what exists is on record',
      exitCode: 130,
    });
    expect(failure.suggestions).toEqual(['Run create again with the same arguments, to finish it', 'berth rm web-1']);
    expect((await world.program.store.read(WEB)).resource).toBeDefined();
  });

  it('is on record as made when only its provisioning failed', async () => {
    world.duringProvision = async () => {
      throw new MachineError('ProvisionFailed', 'cannot provision "web-1": installing the engine failed');
    };

    const failure = await failureOf(create());

    expect(failure.code).toBe('ProvisionFailed');
    expect(await world.program.store.read(WEB)).toMatchObject({ phase: 'created', address: '127.0.0.1' });
  });
});

describe('a create again', () => {
  async function failOnce(): Promise<void> {
    world.provider.duringCreate = async () => {
      throw refusedByProvider();
    };
    await failureOf(create());
    world.provider.duringCreate = async () => {};
  }

  it('with the same arguments goes on with the same server and the same keys', async () => {
    await failOnce();
    const { id } = await world.program.store.read(WEB);
    const key = await world.program.store.readFile(WEB, 'id_rsa');

    const machine = await createMachine(world.wish('web-1'), world.spec, world.program);

    expect(machine).toMatchObject({ id, phase: 'ready', resource: { id } });
    expect(await world.program.store.readFile(WEB, 'id_rsa')).toBe(key);
    expect(world.provider.servers.size).toBe(1);
    expect(world.provider.calls).toEqual([
      'check web-1',
      'create web-1',
      'check web-1',
      `create web-1 again, having ${id}`,
    ]);
  });

  it('goes on where provisioning had failed', async () => {
    world.duringProvision = async () => {
      throw new MachineError('ProvisionFailed', 'cannot provision "web-1": installing the engine failed');
    };
    await failureOf(create());
    world.duringProvision = async () => {};

    await create();

    expect(await world.program.store.read(WEB)).toMatchObject({ phase: 'ready' });
    expect(world.provider.servers.size).toBe(1);
  });

  it('with other arguments is refused', async () => {
    await failOnce();

    const failure = await failureOf(createMachine(world.wish('web-1', { size: 'large' }), world.spec, world.program));

    expect(told(failure)).toEqual({
      code: 'MachineExists',
      message: 'an unfinished machine "web-1" exists, begun with other arguments',
      exitCode: 2,
    });
    expect(failure.suggestions).toEqual([
      'Run create again with the arguments of the first time, to finish it',
      'berth rm web-1',
    ]);
    expect(world.provider.calls).toEqual(['check web-1', 'create web-1']);
  });

  it('is refused when the machine is finished', async () => {
    await create();

    const failure = await failureOf(create());

    expect(told(failure)).toEqual({ code: 'MachineExists', message: 'machine "web-1" already exists', exitCode: 2 });
    expect(failure.suggestions).toEqual(['berth ls', 'berth rm web-1']);
  });

  it('is refused after waiting when another process was just finishing it', async () => {
    const [first, second] = await Promise.allSettled([create(), create()]);

    const failure = [first, second].find((outcome) => outcome.status === 'rejected');
    expect([first.status, second.status].sort()).toEqual(['fulfilled', 'rejected']);
    expect((failure?.reason as Error).message).toBe('machine "web-1" already exists');
    expect(world.provider.servers.size).toBe(1);
  });
});
