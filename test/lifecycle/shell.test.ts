import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { none } from '../../drivers/none/index.js';
import { createMachine } from '../../src/lifecycle/create.js';
import type { Program, ToolCall } from '../../src/lifecycle/program.js';
import { openShell } from '../../src/lifecycle/shell.js';
import { parseName } from '../../src/name.js';
import { failureOf, told } from '../helpers/failure.js';
import { testWorld, type World } from './support/world.js';

const WEB = parseName('web-1');
let world: World;
let program: Program;
const opened: unknown[] = [];
beforeEach(async () => {
  world = await testWorld();
  opened.length = 0;
  await createMachine(world.wish('web-1'), world.spec, world.program);
  program = {
    ...world.program,
    connect: async (request) => ({
      ...(await world.program.connect(request)),
      shell: async (command, { tty }) => {
        opened.push({ command, tty });
        return 7;
      },
      [Symbol.asyncDispose]: async () => {},
    }),
    runTool: async (request) => {
      opened.push(request);
      return 8;
    },
  };
});
afterEach(() => world[Symbol.asyncDispose]());

describe('a shell on a machine', () => {
  it('gets our terminal, and its exit code is ours', async () => {
    const exitCode = await openShell(WEB, { words: [], tty: true }, program);

    expect(exitCode).toBe(7);
    expect(opened).toEqual([{ command: undefined, tty: true }]);
  });

  it('runs words as ssh does: joined by blanks, without a terminal', async () => {
    await openShell(WEB, { words: ['echo', '$HOME;', 'ls', '-l'], tty: true }, program);

    expect(opened).toEqual([{ command: 'echo $HOME; ls -l', tty: false }]);
  });

  it('leaves options of ssh to the ssh program, with the pinned host key and the login key', async () => {
    const exitCode = await openShell(WEB, { words: ['-L', '8080:localhost:80', 'ls'], tty: true }, program);

    expect(exitCode).toBe(8);
    expect(opened).toEqual([
      {
        program: 'ssh',
        words: [
          ...['-o', `UserKnownHostsFile=${program.store.path(WEB, 'known_hosts')}`],
          ...['-o', 'HostKeyAlias=web-1', '-o', 'StrictHostKeyChecking=accept-new', '-o', 'Port=22'],
          ...['-o', 'IdentitiesOnly=yes', '-o', `IdentityFile=${program.store.path(WEB, 'id_rsa')}`],
          ...['-l', 'root', '127.0.0.1', '-L', '8080:localhost:80', 'ls'],
        ],
        neededFor: 'options of ssh',
      } satisfies ToolCall,
    ]);
  });

  it('is refused for an engine at a URL', async () => {
    const failure = await failureOf(openShell(WEB, { words: [], tty: false }, { ...program, findDriver: () => none }));

    expect(told(failure)).toEqual({
      code: 'NotSupported',
      message: 'machine "web-1" is only a URL: there is no host to log in to',
      exitCode: 2,
    });
  });

  it('is refused for a machine without an address', async () => {
    await program.store.write(world.wish('half').machine);

    const failure = await failureOf(openShell(parseName('half'), { words: [], tty: false }, program));

    expect(told(failure)).toEqual({
      code: 'HostUnreachable',
      message: 'machine "half" has no address yet',
      exitCode: 4,
    });
  });

  it('is refused for a machine without an address before the ssh program is started', async () => {
    await program.store.write(world.wish('half').machine);

    const failure = await failureOf(openShell(parseName('half'), { words: ['-v'], tty: false }, program));

    expect(told(failure)).toEqual({
      code: 'HostUnreachable',
      message: 'machine "half" has no address yet',
      exitCode: 4,
    });
    expect(opened).toEqual([]);
  });
});
