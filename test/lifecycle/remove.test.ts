import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readdir, writeFile } from 'node:fs/promises';
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
const remove = (force = false): Promise<void> => removeMachine(WEB, { force }, world.program);
const machines = (): Promise<readonly string[]> => world.program.store.list();
const contexts = (): Promise<string[]> => readdir(join(world.dockerFolder, 'contexts', 'meta'));
async function create(): Promise<string> {
  return (await createMachine(world.wish('web-1'), world.spec, world.program)).id;
}

describe('removing a machine', () => {
  it('takes away the server, the docker context and the record', async () => {
    await create();

    await remove();

    expect(world.provider.servers.size).toBe(0);
    expect(await contexts()).toEqual([]);
    expect(await machines()).toEqual([]);
  });

  it('succeeds when its provider has lost the machine already', async () => {
    const id = await create();
    world.provider.servers.clear();

    await remove();

    expect(world.provider.calls.at(-1)).toBe(`remove ${id}`);
    expect(await machines()).toEqual([]);
  });

  it('never drops the record of a machine whose driver is not here', async () => {
    await create();
    const { resource: _unread, ...machine } = await world.program.store.read(WEB);
    await world.program.store.write(machine);
    const program = { ...world.program, findDriver: () => undefined };

    const failure = await failureOf(removeMachine(WEB, { force: false }, program));

    expect(told(failure)).toEqual({
      code: 'DriverNotFound',
      message: `driver "${machine.driver}" of machine "web-1" not found`,
      exitCode: 2,
    });
    expect(await machines()).toEqual(['web-1']);
  });

  it('finishes what a create began that failed before anything was made', async () => {
    await world.program.store.write(world.wish('web-1').machine);

    await remove();

    expect(world.provider.calls).toEqual([]);
    expect(await machines()).toEqual([]);
  });

  it('removes a half-made machine', async () => {
    world.duringProvision = async () => {
      throw new MachineError('ProvisionFailed', 'cannot provision "web-1": installing the engine failed');
    };
    await failureOf(create());

    await remove();

    expect(world.provider.servers.size).toBe(0);
    expect(await machines()).toEqual([]);
  });

  it('is refused for a machine that nobody made', async () => {
    const failure = await failureOf(remove());

    expect(told(failure)).toEqual({ code: 'MachineNotFound', message: 'no machine is called "web-1"', exitCode: 2 });
    expect(failure.suggestions).toEqual(['berth ls', 'berth create web-1']);
  });

  it('succeeds by force for a machine that nobody made', async () => {
    await expect(remove(true)).resolves.toBeUndefined();
  });
});

describe('a provider that refuses to remove', () => {
  beforeEach(async () => {
    await create();
    world.provider.refusal = 'the server is protected';
  });

  it('leaves everything on record', async () => {
    const failure = await failureOf(remove());

    expect(told(failure)).toEqual({
      code: 'DriverFailed',
      message: 'the provider refused to remove the server',
      exitCode: 3,
    });
    expect((failure.cause as Error).message).toBe('the server is protected');
    expect(await machines()).toEqual(['web-1']);
    expect(await contexts()).toHaveLength(1);
  });

  it('is passed over by force, with a warning', async () => {
    await remove(true);

    expect(await machines()).toEqual([]);
    expect(world.lines.filter((line) => line.startsWith('warn'))).toEqual([
      'warn: the machine itself may be left: the provider refused to remove the server',
    ]);
  });
});

describe('a record that cannot be read', () => {
  beforeEach(async () => {
    await create();
    await writeFile(join(world.program.store.folder(WEB), 'config.json'), '{"ConfigVersion":');
  });

  it('is not removed without force', async () => {
    const failure = await failureOf(remove());

    expect(told(failure)).toEqual({
      code: 'StoreCorrupt',
      message: 'cannot read the record of "web-1": config.json is not JSON',
      exitCode: 2,
    });
    expect(failure.suggestions).toEqual(['berth rm -f web-1']);
  });

  it('is removed by force, with a warning', async () => {
    await remove(true);

    expect(await machines()).toEqual([]);
    expect(world.lines.filter((line) => line.startsWith('warn'))).toEqual([
      'warn: cannot read the record of "web-1": config.json is not JSON; only the record is removed',
    ]);
  });
});
