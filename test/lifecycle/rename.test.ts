import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { certificates } from '../../src/certs/issue.js';
import { parseClusterName } from '../../src/cluster-name.js';
import { readContexts } from '../../src/engine/contexts.js';
import { createMachine } from '../../src/lifecycle/create.js';
import { startMachine, stopMachine } from '../../src/lifecycle/power.js';
import type { Program } from '../../src/lifecycle/program.js';
import { renameMachine, type Renamed } from '../../src/lifecycle/rename.js';
import { memberOf } from '../../src/lifecycle/swarm-membership.js';
import { parseName, type MachineName } from '../../src/name.js';
import type { Machine } from '../../src/record.js';
import type { Cluster } from '../../src/swarm/contract.js';
import { newCluster } from '../../src/swarm/record.js';
import { failureOf, told } from '../helpers/failure.js';
import { testWorld, type World } from './support/world.js';

const WEB = parseName('web-1');
const SHOP = parseName('shop-1');
const PROD = parseClusterName('prod');

/** Keys of RSA, on a busy computer. In milliseconds. */
jest.setTimeout(30_000);

let world: World;
beforeEach(async () => {
  world = await testWorld();
  await createMachine(world.wish('web-1'), world.spec, world.program);
  world.wanted.length = 0;
});
afterEach(() => world[Symbol.asyncDispose]());

const rename = (program: Program = world.program): Promise<Renamed> => renameMachine({ from: WEB, to: SHOP }, program);
const contexts = async (): Promise<string[]> => (await readContexts(world.dockerFolder)).own.map(({ name }) => name);
const recordText = (): Promise<string> => readFile(join(world.program.store.folder(SHOP), 'config.json'), 'utf8');

describe('renaming a machine', () => {
  it('moves record, certificate, host name, shell file and docker context', async () => {
    const renamed = await rename();

    const { store } = world.program;
    expect(renamed).toEqual({ name: 'shop-1', formerName: 'web-1', clusters: [], isHostPending: false });
    expect(await store.list()).toEqual(['shop-1']);
    expect(await recordText()).not.toContain('web-1');
    expect(world.wanted.map(({ hostname }) => hostname)).toEqual(['shop-1']);
    expect(certificates.inspect((await store.readFile(SHOP, 'server.pem')) ?? '').names[0]).toBe('shop-1');
    expect(await store.readFile(SHOP, 'env')).toContain('DOCKER_MACHINE_NAME=shop-1\n');
    expect(await contexts()).toEqual(['shop-1']);
  });

  it('says which context a docker client needs that was on the former one', async () => {
    await writeFile(join(world.dockerFolder, 'config.json'), '{"currentContext":"web-1"}');

    await rename();

    expect(world.lines).toContain(`warn: docker's current context "web-1" is gone: docker context use shop-1`);
  });

  it('says nothing of contexts to a docker client that was on another one', async () => {
    await writeFile(join(world.dockerFolder, 'config.json'), '{"currentContext":"web-2"}');

    await rename();

    expect(world.lines.filter((line) => line.includes('context'))).toEqual([]);
  });

  it('keeps id and handle, by which the provider knows it', async () => {
    const before = await world.program.store.read(WEB);

    await rename();

    const { id, resource } = await world.program.store.read(SHOP);
    expect({ id, resource }).toEqual({ id: before.id, resource: before.resource });
  });

  it('takes along its place in a cluster', async () => {
    const record = await world.program.store.read(WEB);
    const cluster = {
      ...newCluster(PROD, '2026-11-21T10:00:00.000Z'),
      initOn: WEB,
      members: [memberOf({ machine: WEB, role: 'manager' }, record)],
      nodes: [{ id: 'abc', machine: WEB }],
    };
    await world.program.clusters.write(cluster);

    const renamed = await rename();

    const { initOn, members, nodes } = await world.program.clusters.read(PROD);
    expect(renamed.clusters).toEqual(['prod']);
    expect([initOn, members.map(({ machine }) => machine), nodes]).toEqual([
      'shop-1',
      ['shop-1'],
      [{ id: 'abc', machine: 'shop-1' }],
    ]);
  });

  it('leaves a host that is off as it is until it is started', async () => {
    await stopMachine(WEB, world.program);

    const renamed = await rename();
    const pending = (await world.program.store.read(SHOP)).formerName;
    await startMachine(SHOP, world.program);

    expect(renamed.isHostPending).toBe(true);
    expect(pending).toBe('web-1');
    expect(world.wanted.map(({ hostname }) => hostname)).toEqual(['shop-1']);
    expect((await world.program.store.read(SHOP)).formerName).toBeUndefined();
    expect(await contexts()).toEqual(['shop-1']);
  });

  it('is refused while somebody works on the machine', async () => {
    const error = await world.program.store.locked(WEB, () => failureOf(rename()));

    expect(told(error)).toEqual({
      code: 'StoreLocked',
      message: `machine "web-1" is worked on by process ${process.pid}`,
      exitCode: 2,
    });
    expect(await world.program.store.list()).toEqual(['web-1']);
  });

  it('is refused where the new name is taken', async () => {
    await createMachine(world.wish('shop-1', { 'engine-port': 1 }), world.spec, world.program).catch(() => {});

    const error = await failureOf(rename());

    expect(told(error)).toEqual({ code: 'MachineExists', message: 'machine "shop-1" already exists', exitCode: 2 });
  });

  it('is refused where it changes nothing', async () => {
    const error = await failureOf(renameMachine({ from: WEB, to: WEB }, world.program));

    expect(told(error)).toEqual({ code: 'BadUsage', message: 'machine "web-1" has that name already', exitCode: 2 });
  });

  it('is refused for a driver binary, which finds its host by the name', async () => {
    const features = { ...world.spec.features, plantsKeys: false };
    const program: Program = { ...world.program, findDriver: () => ({ ...world.spec, features }) };

    const error = await failureOf(rename(program));

    expect(told(error)).toEqual({
      code: 'NotSupported',
      message: 'machines of the driver binary "fake" cannot be renamed',
      exitCode: 2,
    });
  });
});

/** Writes of a whole rename, in order: after each of them the process may be gone. */
const WRITES = ['record', 'move', 'record again', 'cluster', 'host', 'settled'] as const;

/** A program that is killed after so many writes: everything that it does later fails. */
function killedAfter(count: number, program: Program): Program {
  let left = count;
  const counted =
    <A extends readonly unknown[], R>(work: (...call: A) => Promise<R>) =>
    async (...call: A): Promise<R> => {
      if (left === 0) throw new Error('killed');
      left -= 1;
      return work(...call);
    };
  const { store, clusters } = program;
  return {
    ...program,
    store: {
      ...store,
      write: counted((record: Machine) => store.write(record)),
      rename: counted((one: MachineName, to: MachineName) => store.rename(one, to)),
    },
    clusters: { ...clusters, write: counted((cluster: Cluster) => clusters.write(cluster)) },
    provision: counted(program.provision),
  };
}

describe('a rename that is cut off', () => {
  beforeEach(async () => {
    const record = await world.program.store.read(WEB);
    const members = [memberOf({ machine: WEB, role: 'manager' }, record)];
    await world.program.clusters.write({ ...newCluster(PROD, '2026-11-21T10:00:00.000Z'), members });
  });

  it.each(WRITES.map((what, count) => ({ what, count })))(
    'before it writes "$what" leaves one whole machine, and the same call finishes it',
    async ({ count }) => {
      await failureOf(rename(killedAfter(count, world.program)));
      const names = await world.program.store.list();
      const between = await world.program.store.read(names[0] ?? WEB);

      await rename();

      expect(names).toEqual([count < 2 ? 'web-1' : 'shop-1']);
      expect(between.name).toBe(names[0]);
      expect(await world.program.store.list()).toEqual(['shop-1']);
      expect(await recordText()).not.toContain('web-1');
      expect((await world.program.clusters.read(PROD)).members.map(({ machine }) => machine)).toEqual(['shop-1']);
      expect(await contexts()).toEqual(['shop-1']);
      expect(existsSync(world.program.store.folder(WEB))).toBe(false);
    },
  );
});
