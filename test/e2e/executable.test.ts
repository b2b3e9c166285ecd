import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Berth, finished, type Ran } from './support/berth.js';

const ROOT = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'berth-executable-test-'));
const path = join(folder, 'berth');
const npmForm = new Berth();
const reason = build();

/** Why there is no executable, or undefined. Node comes from npm, once. */
function build(): string | undefined {
  if (!['linux', 'darwin'].includes(process.platform)) return `nobody has tried it on ${process.platform}`;
  try {
    execFileSync(process.execPath, [join(ROOT, 'bin/executable.js'), '--out', path], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    const told = String((error as { readonly stderr?: unknown }).stderr);
    if (!told.includes('npm error')) throw error;
    return 'npm has no Node for it here';
  }
}

afterAll(() => {
  npmForm[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** Alone: no PATH, no package near, nothing but the file. */
function alone(args: readonly string[], program = path): Promise<Ran> {
  const env = { ...npmForm.environment, PATH: '' };
  return finished(spawn(program, args, { env, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] }));
}

if (reason !== undefined) process.stderr.write(`skipped: the executable: ${reason}\n`);
(reason === undefined ? describe : describe.skip)('the executable', () => {
  it('says its version as the npm form does', async () => {
    expect(await alone(['version'])).toEqual(await npmForm.run('version'));
  });

  it('makes, lists and removes a machine', async () => {
    const made = await alone(['create', '-d', 'none', '--url', 'tcp://127.0.0.1:1', 'one']);
    const listed = await alone(['ls']);
    const pointed = await alone(['env', 'one']);

    expect(made.code).toBe(0);
    expect(listed).toEqual(await npmForm.run('ls'));
    expect(pointed).toEqual(await npmForm.run('env', 'one'));
    expect((await alone(['rm', '-y', 'one'])).code).toBe(0);
  });

  it('tells a mistake, and ends with its code, as the npm form does', async () => {
    for (const args of [['ip', 'nobody'], ['nothing'], ['ls', '--nothing'], ['ls', '--json', '--nothing']])
      expect(await alone(args)).toEqual(await npmForm.run(...args));
  });

  it.each(['', 'create', 'create -d amazonec2', 'swarm', 'swarm create', 'os', 'engine', 'snapshot', 'ls'])(
    'shows the help of "%s" as the npm form does',
    async (line) => {
      const args = line.split(' ').filter((word) => word !== '');
      const [ours, theirs] = await Promise.all([alone([...args, '--help']), npmForm.run(...args, '--help')]);

      expect(ours.stdout.length).toBeGreaterThan(100);
      // Each form tells its Node in the help of the whole.
      const withoutNode = (ran: Ran): Ran => ({ ...ran, stdout: ran.stdout.replace(/ node-v\S+/, '') });
      expect(withoutNode(ours)).toEqual(withoutNode(theirs));
    },
  );

  it.each(['bash', 'fish', 'zsh', 'nu', 'powershell'])('has the templates of shell-init %s inside', async (shell) => {
    expect(await alone(['shell-init', shell])).toEqual(await npmForm.run('shell-init', shell));
  });

  it('completes as the npm form does', async () => {
    expect(await alone(['__complete', 'machine', 'ls', '--'])).toEqual(
      await npmForm.run('__complete', 'machine', 'ls', '--'),
    );
  });

  it('has the clients of clouds inside', async () => {
    for (const [driver, ...flags] of [
      ['amazonec2', '--amazonec2-access-key', 'A', '--amazonec2-secret-key', 'B'],
      ['google', '--google-project', 'p'],
      ['azure', '--azure-subscription-id', '00000000-0000-0000-0000-000000000000'],
    ] as const) {
      const args = ['gc', '-d', driver, `--${driver}-endpoint`, 'http://127.0.0.1:9', ...flags];

      const [ours, theirs] = await Promise.all([alone(args), npmForm.run(...args)]);

      expect(ours.stderr).toBe(theirs.stderr);
      expect(ours.code).toBe(theirs.code);
    }
  }, 60_000);

  it('is docker-machine under that name', async () => {
    symlinkSync(path, join(folder, 'docker-machine'));

    const { stdout } = await alone(['ip', '--help'], join(folder, 'docker-machine'));

    expect(stdout).toContain('$ docker-machine ip');
  });

  it('writes nothing beside itself', async () => {
    await alone(['ls']);

    expect(readdirSync(folder).sort()).toEqual(['berth', 'berth.licences.txt', 'docker-machine']);
  });

  it('runs from a file system that nobody can write to', async () => {
    if (process.getuid?.() !== 0 || !existsSync('/bin/mount')) return;
    const mounted = mkdtempSync(join(tmpdir(), 'berth-read-only-'));
    execFileSync('mount', ['-t', 'tmpfs', 'none', mounted]);
    try {
      copyFileSync(path, join(mounted, 'berth'));
      execFileSync('mount', ['-o', 'remount,ro', mounted]);

      expect(await alone(['version'], join(mounted, 'berth'))).toEqual(await npmForm.run('version'));
    } finally {
      execFileSync('umount', [mounted]);
      rmSync(mounted, { recursive: true });
    }
  });
});
