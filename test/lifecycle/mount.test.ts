import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseLocation } from '../../src/lifecycle/copy.js';
import { createMachine } from '../../src/lifecycle/create.js';
import { mountFolder, unmountFolder } from '../../src/lifecycle/mount.js';
import type { Program, ToolCall } from '../../src/lifecycle/program.js';
import { synchronize } from '../../src/lifecycle/synchronize.js';
import { parseName } from '../../src/name.js';
import { failureOf, told } from '../helpers/failure.js';
import { testWorld, type World } from './support/world.js';

const WEB = parseName('web-1');
let world: World;
let program: Program;
let calls: ToolCall[];
let exitCode: number;
beforeEach(async () => {
  world = await testWorld();
  calls = [];
  exitCode = 0;
  await createMachine(world.wish('web-1'), world.spec, world.program);
  program = { ...world.program, runTool: async (call) => (calls.push(call), exitCode) };
});
afterEach(() => world[Symbol.asyncDispose]());

const options = (): string[] => {
  const file = (name: 'known_hosts' | 'id_rsa'): string => program.store.path(WEB, name);
  return [
    ...['-o', `UserKnownHostsFile=${file('known_hosts')}`, '-o', 'HostKeyAlias=web-1'],
    ...['-o', 'StrictHostKeyChecking=accept-new', '-o', 'Port=22'],
    ...['-o', 'IdentitiesOnly=yes', '-o', `IdentityFile=${file('id_rsa')}`],
  ];
};

describe('mounting a folder of a machine', () => {
  it('is done by sshfs, with the pinned host key and the login key', async () => {
    await mountFolder(parseLocation('web-1:/srv/site'), './site', program);

    expect(calls).toEqual([
      { program: 'sshfs', words: [...options(), 'root@127.0.0.1:/srv/site', './site'], neededFor: 'mounts' },
    ]);
  });

  it('says what could not be mounted', async () => {
    exitCode = 1;

    const failure = await failureOf(mountFolder(parseLocation('web-1:/srv'), '/mnt', program));

    expect(told(failure)).toEqual({
      code: 'CommandFailed',
      message: 'sshfs could not mount /srv of web-1',
      exitCode: 4,
    });
  });

  it('wants a folder of a machine', async () => {
    const failure = await failureOf(mountFolder(parseLocation('/srv'), '/mnt', program));

    expect(told(failure)).toEqual({
      code: 'BadUsage',
      message: 'the folder to mount has to be on a machine: machine:path',
      exitCode: 2,
    });
  });

  it('is undone without asking for the machine', async () => {
    await unmountFolder('./site', program);

    expect(calls).toEqual([{ program: 'fusermount', words: ['-u', './site'], neededFor: 'mounts' }]);
  });
});

describe('copying what differs', () => {
  it('is done by rsync over ssh', async () => {
    await synchronize(
      parseLocation('./site'),
      parseLocation('ada@web-1:/srv'),
      { recursive: true, quiet: true },
      program,
    );

    const shell = ['ssh', ...options()].join(' ');
    expect(calls).toEqual([
      {
        program: 'rsync',
        words: ['--quiet', '--rsh', shell, '--recursive', './site', 'ada@127.0.0.1:/srv'],
        neededFor: 'copies with --delta',
      },
    ]);
  });

  it('works the other way, and never takes a path for an option', async () => {
    await synchronize(parseLocation('web-1:/srv'), parseLocation('-r'), { recursive: false, quiet: false }, program);

    expect(calls[0]?.words.slice(-2)).toEqual(['root@127.0.0.1:/srv', './-r']);
  });

  it.each([
    ['./a', './b'],
    ['web-1:/a', 'web-1:/b'],
  ])('wants one machine: %s to %s', async (from, to) => {
    const failure = await failureOf(
      synchronize(parseLocation(from), parseLocation(to), { recursive: false, quiet: false }, program),
    );

    expect(told(failure)).toEqual({
      code: 'BadUsage',
      message: 'with --delta exactly one of the two paths has to be on a machine',
      exitCode: 2,
    });
  });
});
