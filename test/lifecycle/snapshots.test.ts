import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { MachineState } from '../../src/driver.js';
import type { Argv } from '../../src/host/host.js';
import { createMachine } from '../../src/lifecycle/create.js';
import type { Program } from '../../src/lifecycle/program.js';
import {
  listSnapshots,
  makeSnapshot,
  parseTag,
  removeSnapshot,
  restoreSnapshot,
} from '../../src/lifecycle/snapshots.js';
import { parseName } from '../../src/name.js';
import type { Json } from '../../src/record.js';
import type { Snapshot, Snapshots } from '../../src/snapshot.js';
import { failureOf, told } from '../helpers/failure.js';
import { hearingHost, withDriver } from './support/abilities.js';
import { testWorld, type World } from './support/world.js';

const WEB = parseName('web-1');
const BEFORE: Snapshot = { tag: 'before', madeAt: '2026-11-21T12:00:00.000Z', running: true };
/** Keys of RSA, on a busy computer. In milliseconds. */
jest.setTimeout(30_000);

let world: World;
let program: Program;
let there: Snapshot[];
let heard: Argv[];
beforeEach(async () => {
  world = await testWorld();
  there = [];
  heard = [];
  await createMachine(world.wish('web-1'), world.spec, world.program);
  program = hearingHost(
    withDriver(world, () => ({ snapshots })),
    heard,
  );
});
afterEach(() => world[Symbol.asyncDispose]());

const snapshots: Snapshots<Json> = {
  list: async () => there,
  make: async (_resource, tag) => void there.push({ ...BEFORE, tag }),
  restore: async (resource, tag) => ({ ...(resource as object), restored: tag }),
  remove: async (_resource, tag) => void (there = there.filter((one) => one.tag !== tag)),
};

function become(state: MachineState): void {
  for (const server of world.provider.servers.values()) server.state = state;
}

describe('a snapshot of a machine', () => {
  it('is made, listed and removed', async () => {
    await makeSnapshot(WEB, 'before', program);
    const listed = await listSnapshots(WEB, program);

    await removeSnapshot(WEB, 'before', program);

    expect(listed).toEqual([BEFORE]);
    expect(await listSnapshots(WEB, program)).toEqual([]);
  });

  it('never takes the place of another', async () => {
    there = [BEFORE];

    const failure = await failureOf(makeSnapshot(WEB, 'before', program));

    expect(told(failure)).toEqual({
      code: 'BadName',
      message: 'machine "web-1" has a snapshot "before" already',
      exitCode: 2,
    });
    expect(failure.suggestions).toEqual(['berth snapshot rm web-1 before']);
  });

  it('is gone back to: record and clock follow', async () => {
    there = [BEFORE];

    await restoreSnapshot(WEB, 'before', program);

    expect((await program.store.read(WEB)).resource).toMatchObject({ restored: 'before' });
    expect(heard.map(([word]) => word)).toEqual(['date']);
    expect(world.lines.at(-1)).toBe('step: Waiting for the engine');
  });

  it('of a machine that stood still leaves it standing still', async () => {
    there = [{ ...BEFORE, running: false }];
    become('stopped');

    await restoreSnapshot(WEB, 'before', program);

    expect(heard).toEqual([]);
    expect(world.provider.calls).not.toContain('start');
  });

  it.each([
    ['restored', restoreSnapshot],
    ['removed', removeSnapshot],
  ] as const)('that does not exist is not %s', async (_verb, work) => {
    const failure = await failureOf(work(WEB, 'before', program));

    expect(told(failure)).toEqual({
      code: 'BadName',
      message: 'machine "web-1" has no snapshot "before"',
      exitCode: 2,
    });
    expect(failure.suggestions).toEqual(['berth snapshot ls web-1']);
  });

  it('is refused where the driver makes none', async () => {
    const failure = await failureOf(listSnapshots(WEB, world.program));

    expect(told(failure)).toEqual({
      code: 'NotSupported',
      message: 'the driver fake makes no snapshots',
      exitCode: 2,
    });
  });
});

describe("a snapshot's name", () => {
  it.each(['a', 'Before_2', '2026-11-21.1', 'x'.repeat(63)])('may be %s', (text) => {
    expect(parseTag(text)).toBe(text);
  });

  it.each(['', '.suspended', '-x', 'a b', 'ä', 'x'.repeat(64)])('cannot be %j', async (text) => {
    const failure = await failureOf(() => parseTag(text));

    expect(told(failure)).toEqual({
      code: 'BadName',
      message: `a snapshot's name has letters, digits and . _ -, got ${JSON.stringify(text).slice(0, 40)}`,
      exitCode: 2,
    });
  });
});
