import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Host } from '../../src/host/host.js';
import { copyBetween, parseLocation } from '../../src/lifecycle/copy.js';
import { createMachine } from '../../src/lifecycle/create.js';
import type { Program } from '../../src/lifecycle/program.js';
import { failureOf, told } from '../helpers/failure.js';
import { testWorld, type World } from './support/world.js';

describe('a location', () => {
  it.each([
    ['web-1:/etc/hosts', { kind: 'machine', name: 'web-1', path: '/etc/hosts' }],
    ['ada@web-1:notes', { kind: 'machine', name: 'web-1', path: 'notes', user: 'ada' }],
    ['web-1:', { kind: 'machine', name: 'web-1', path: '.' }],
    ['localhost:/tmp/x', { kind: 'local', path: '/tmp/x' }],
    ['./notes', { kind: 'local', path: './notes' }],
    ['./a:b', { kind: 'local', path: './a:b' }],
    ['/tmp/web-1:x', { kind: 'local', path: '/tmp/web-1:x' }],
  ] as const)('%s is understood', (text, location) => {
    expect(parseLocation(text)).toEqual(location);
  });

  it('is refused where it names what can be no machine', async () => {
    const failure = await failureOf(() => parseLocation('-x:/etc/hosts'));

    expect(told(failure)).toEqual({
      code: 'BadName',
      message: 'a machine name has only a-z, A-Z, 0-9, "-", "." and a letter or digit first, got "-x"',
      exitCode: 2,
    });
  });
});

describe('copying', () => {
  let world: World;
  let program: Program;
  const done: string[] = [];
  beforeEach(async () => {
    world = await testWorld();
    done.length = 0;
    await createMachine(world.wish('web-1'), world.spec, world.program);
    await createMachine(world.wish('web-2'), world.spec, world.program);
    program = {
      ...world.program,
      connect: async (request) => {
        const host = await world.program.connect(request);
        const at = `${request.target.user}@${request.name ?? ''}`;
        return {
          ...host,
          upload: async (from, to) => void done.push(`${from} to ${to} on ${at}`),
          download: async (from, to) => void done.push(`${from} on ${at} to ${to}`),
          [Symbol.asyncDispose]: async () => void done.push('closed'),
        } satisfies Host;
      },
      withTemporaryFolder: (work) => work('/tmp/between'),
    };
  });
  afterEach(() => world[Symbol.asyncDispose]());
  const copy = (from: string, to: string): Promise<void> =>
    copyBetween(parseLocation(from), parseLocation(to), {}, program);

  it('sends a file to a machine and closes the connection', async () => {
    await copy('notes', 'web-1:/srv');

    expect(done).toEqual(['notes to /srv on root@web-1', 'closed']);
  });

  it('fetches a file as the user who is named', async () => {
    await copy('ada@web-1:notes', '.');

    expect(done).toEqual(['notes on ada@web-1 to .', 'closed']);
  });

  it('carries a file from one machine to another by way of this computer', async () => {
    await copy('web-1:/srv/notes', 'web-2:/srv');

    expect(done).toEqual([
      '/srv/notes on root@web-1 to /tmp/between/notes',
      '/tmp/between/notes to /srv on root@web-2',
      'closed',
      'closed',
    ]);
  });

  it('is refused where neither side is a machine', async () => {
    const failure = await failureOf(copy('a', 'b'));

    expect(told(failure)).toEqual({ code: 'BadUsage', message: 'neither path is on a machine', exitCode: 2 });
    expect(failure.suggestions).toEqual(['Write machine:path for one of them']);
  });

  it('is refused for a machine that is not there', async () => {
    const failure = await failureOf(copy('a', 'web-9:b'));

    expect(told(failure)).toEqual({ code: 'MachineNotFound', message: 'no machine is called "web-9"', exitCode: 2 });
    expect(done).toEqual([]);
  });
});
