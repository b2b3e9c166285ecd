import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createMachine } from '../../src/lifecycle/create.js';
import { startMachine, stopMachine } from '../../src/lifecycle/power.js';
import type { Program } from '../../src/lifecycle/program.js';
import { removeMachine } from '../../src/lifecycle/remove.js';
import { includeLine, installSshConfig, printSshBlock, sshBlock } from '../../src/lifecycle/ssh-config.js';
import { parseName } from '../../src/name.js';
import { testWorld, type World } from './support/world.js';

const WEB = parseName('web-1');
const withSsh = existsSync('/usr/bin/ssh') ? it : it.skip;

let world: World;
let program: Program;
let config: string;
beforeEach(async () => {
  world = await testWorld();
  config = join(world.dockerFolder, '..', 'home', '.ssh', 'config');
  program = { ...world.program, sshConfigPath: config };
});
afterEach(() => world[Symbol.asyncDispose]());

async function putConfig(text: string, mode = 0o600): Promise<void> {
  await mkdir(join(config, '..'), { recursive: true, mode: 0o700 });
  await writeFile(config, text, { mode });
  await chmod(config, mode);
}

/** What the real ssh makes of a configuration for the machine. */
async function seenBySsh(path: string): Promise<Map<string, string>> {
  const { stdout } = await promisify(execFile)('ssh', ['-G', '-F', path, 'web-1']);
  return new Map(stdout.split('\n').map((line) => [line.split(' ')[0] ?? '', line.slice(line.indexOf(' ') + 1)]));
}

describe('the block of a machine', () => {
  it('says where it is, who logs in, with which key, and which host key it has', async () => {
    const machine = await createMachine(world.wish('web-1'), world.spec, program);

    const text = printSshBlock(WEB, await sshBlock(machine, program));

    const folder = program.store.folder(WEB);
    expect(text).toBe(`Host web-1
  HostName 127.0.0.1
  User root
  UserKnownHostsFile ${folder}/known_hosts
  HostKeyAlias web-1
  StrictHostKeyChecking accept-new
  Port 22
  IdentitiesOnly yes
  IdentityFile ${folder}/id_rsa
`);
  });

  withSsh('is read by ssh as it is meant, paths with blanks and percent signs too', async () => {
    const machine = await createMachine(world.wish('web-1'), world.spec, program);
    const folder = join(world.dockerFolder, '..', 'a 100%home');
    const store = { ...program.store, path: (_name: unknown, file: string) => join(folder, file) };
    const its = { ...machine, ssh: { ...machine.ssh, port: 2222, keyPath: join(folder, 'id_rsa') } };
    await putConfig(printSshBlock(WEB, await sshBlock(its, { ...program, store })));

    const seen = await seenBySsh(config);

    expect(seen.get('hostname')).toBe('127.0.0.1');
    expect(seen.get('port')).toBe('2222');
    // ssh -G prints the words as it was given them, before it looks for tokens in them.
    expect(seen.get('identityfile')?.replaceAll('%%', '%')).toBe(join(folder, 'id_rsa'));
    expect(seen.get('hostkeyalias')).toBe('web-1');
  });
});

describe('what was installed', () => {
  withSsh(
    'leads ssh to machines that are made later, after a new address too, and no more once they are gone',
    async () => {
      await putConfig('Host other\n  User ada\n');
      await installSshConfig(program);
      await createMachine(world.wish('web-1'), world.spec, program);
      const made = await seenBySsh(config);
      world.provider.nextAddress = '127.0.0.3';
      await stopMachine(WEB, program);
      await startMachine(WEB, program);
      const moved = await seenBySsh(config);
      await removeMachine(WEB, { force: false }, program);
      const removed = await seenBySsh(config);

      expect([made, moved, removed].map((seen) => seen.get('hostname'))).toEqual(['127.0.0.1', '127.0.0.3', 'web-1']);
    },
  );

  it('stands before everything else, and once', async () => {
    await putConfig('Host other\n  User ada\n');

    const first = await installSshConfig(program);
    const second = await installSshConfig(program);

    expect([first.wasThere, second.wasThere]).toEqual([false, true]);
    expect(await readFile(config, 'utf8')).toBe(`${includeLine(program.store)}\n\nHost other\n  User ada\n`);
  });

  it('makes the file where there is none, for the user alone', async () => {
    await installSshConfig(program);

    expect(await readFile(config, 'utf8')).toBe(`${includeLine(program.store)}\n`);
    expect((await stat(config)).mode & 0o777).toBe(0o600);
    expect((await stat(join(config, '..'))).mode & 0o777).toBe(0o700);
  });

  it('leaves the file its mode, and a link a link', async () => {
    const real = join(world.dockerFolder, '..', 'dotfiles');
    await mkdir(join(config, '..'), { recursive: true });
    await writeFile(real, '');
    await chmod(real, 0o644);
    await symlink(real, config);

    await installSshConfig(program);

    expect(await readFile(real, 'utf8')).toBe(`${includeLine(program.store)}\n`);
    expect((await stat(real)).mode & 0o777).toBe(0o644);
  });
});
