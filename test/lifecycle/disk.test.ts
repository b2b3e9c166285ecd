import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Argv } from '../../src/host/host.js';
import { createMachine } from '../../src/lifecycle/create.js';
import { checkPruning, machineUsage, parseDf, pruneMachine } from '../../src/lifecycle/disk.js';
import type { Program } from '../../src/lifecycle/program.js';
import { parseName } from '../../src/name.js';
import { failureOf, told } from '../helpers/failure.js';
import { testWorld, type World } from './support/world.js';

const WEB = parseName('web-1');
/** Keys of RSA, on a busy computer. In milliseconds. */
jest.setTimeout(30_000);

const DF = `Filesystem     1024-blocks    Used Available Capacity Mounted on
/dev/vda1         20480000 4096000  15360000      22% /var/lib/docker
/dev/vda1         20480000 4096000  15360000      22% /
`;
const DISK = {
  path: '/var/lib/docker',
  totalBytes: 20_971_520_000,
  usedBytes: 4_194_304_000,
  freeBytes: 15_728_640_000,
};

let world: World;
let program: Program;
let asked: string[];
let run: (argv: Argv) => Promise<{ stdout: string; stderr: string }>;
beforeEach(async () => {
  world = await testWorld();
  asked = [];
  run = async () => ({ stdout: DF, stderr: '' });
  await createMachine(world.wish('web-1'), world.spec, world.program);
  program = {
    ...world.program,
    connect: async (request) => ({
      ...(await world.program.connect(request)),
      run: (argv) => run(argv),
      [Symbol.asyncDispose]: async () => {},
    }),
  };
  world.engines.answer = (_address, { method = '', url = '' }, response) => {
    if (url === '/version') return false;
    asked.push(`${method} ${decodeURIComponent(url)}`);
    response.end(
      JSON.stringify(url === '/system/df' ? { LayersSize: 7, Images: [{ Size: 7 }] } : { SpaceReclaimed: 10 }),
    );
    return true;
  };
});
afterEach(() => world[Symbol.asyncDispose]());

describe('the use of disk', () => {
  it('is that of the host and that of the engine', async () => {
    const { name, disk, engine } = await machineUsage(WEB, program);

    expect({ name, disk, images: engine.images }).toEqual({
      name: 'web-1',
      disk: DISK,
      images: { count: 1, bytes: 7, reclaimableBytes: 7 },
    });
  });

  it('is that of the root file system where the engine keeps its data elsewhere', async () => {
    run = async (argv) => {
      if (argv.includes('/var/lib/docker')) throw new Error('no such file');
      return { stdout: DF.replace('/var/lib/docker', '/'), stderr: '' };
    };

    const { disk } = await machineUsage(WEB, program);

    expect(disk?.path).toBe('/');
  });

  it('is read of file systems with blanks in their names, and not of anything else', () => {
    const [header = ''] = DF.split('\n');

    expect(parseDf(`${header}\nbig disk on tank 4 2 2 50% /data of all\n`)).toEqual({
      ...{ path: '/data of all', totalBytes: 4096, usedBytes: 2048, freeBytes: 2048 },
    });
    expect(parseDf('df: busy')).toBeUndefined();
  });
});

describe('pruning', () => {
  it('removes what nobody uses, in an order in which one lets go of the other', async () => {
    const pruned = await pruneMachine(WEB, { all: false, volumes: false, until: '' }, program);

    expect(pruned).toEqual({ name: 'web-1', freedBytes: 40 });
    expect(asked).toEqual([
      'POST /containers/prune?filters={}',
      'POST /networks/prune?filters={}',
      'POST /images/prune?filters={"dangling":["true"]}',
      'POST /build/prune?filters={}',
    ]);
  });

  it('spares nothing unused with all and volumes', async () => {
    await pruneMachine(WEB, { all: true, volumes: true, until: '' }, program);

    expect(asked.slice(2)).toEqual([
      'POST /volumes/prune?filters={"all":["true"]}',
      'POST /images/prune?filters={"dangling":["false"]}',
      'POST /build/prune?all=1&filters={}',
    ]);
  });

  describe('with an engine before version 23', () => {
    const hash = 'a1'.repeat(32);
    beforeEach(() => {
      const others = world.engines.answer;
      const volume = (Name: string, RefCount: number) => ({ Name, UsageData: { Size: 5, RefCount } });
      world.engines.answer = (address, request, response) => {
        if (request.url === '/version') {
          response.end(JSON.stringify({ Version: '20.10.24', ApiVersion: '1.41' }));
          return true;
        }
        if (request.url !== '/system/df') return others?.(address, request, response) ?? false;
        response.end(JSON.stringify({ Volumes: [volume('data', 0), volume(hash, 0), volume('b2'.repeat(32), 1)] }));
        return true;
      };
    });

    it('keeps volumes with names, which it would remove with the others', async () => {
      const pruned = await pruneMachine(WEB, { all: false, volumes: true, until: '' }, program);

      expect(asked.filter((call) => call.includes('/volumes/'))).toEqual([`DELETE /volumes/${hash}`]);
      expect(pruned.freedBytes).toBe(45);
    });

    it('uses no filter that it refuses', async () => {
      await pruneMachine(WEB, { all: true, volumes: true, until: '' }, program);

      expect(asked.filter((call) => call.includes('/volumes/'))).toEqual(['POST /volumes/prune?filters={}']);
    });
  });

  it('spares what is young', async () => {
    await pruneMachine(WEB, { all: false, volumes: false, until: '24h' }, program);

    expect(asked[0]).toBe('POST /containers/prune?filters={"until":["24h"]}');
  });

  it.each(['24h', '1h30m', '2026-11-20', '2026-11-20T10:00:00', '1700000000'])('takes %s for a time', (until) => {
    expect(checkPruning({ all: false, volumes: false, until })).toBeUndefined();
  });

  it.each([
    [{ until: 'soon', volumes: false }, 'BadOption', 'option --until wants a span like 24h or a date, got "soon"'],
    [{ until: '24h', volumes: true }, 'BadUsage', 'volumes have no age: --until does not go with --volumes'],
  ])('refuses %j', async (wish, code, message) => {
    const error = await failureOf(() => checkPruning({ all: false, ...wish }));

    expect(told(error)).toEqual({ code, message, exitCode: 2 });
  });
});
