import { setTimeout as sleep } from 'node:timers/promises';
import { Berth, sh } from './support/berth.js';
import { busyboxImage } from './support/image.js';
import { describeReal } from './support/needs.js';

const MINUTES = 60_000;

describeReal('the care of a machine', () => {
  const berth = new Berth();
  /** What it is called now. */
  let name = 'dev';

  beforeAll(async () => {
    await berth.ok('create', '-d', 'nspawn', '--stop-after-idle', '2h', '--ttl', '8h', name);
    await berth.docker(name, ['import', '-', 'busybox'], busyboxImage());
    await berth.docker(name, ['run', '-d', '--name', 'lasting', 'busybox', '/bin/busybox', 'sleep', '100000']);
  }, 10 * MINUTES);
  afterAll(async () => {
    await berth.run('rm', '-f', 'dev', 'shop');
    berth[Symbol.dispose]();
  }, MINUTES);

  const said = async (...args: string[]): Promise<string> => (await berth.docker(name, args)).stdout.trim();
  const pid = (): Promise<string> => berth.ok('ssh', name, 'systemctl', 'show', '-p', 'MainPID', 'docker');
  const startOfContainer = (): Promise<string> =>
    said('inspect', '-f', '{{.State.Running}} {{.State.StartedAt}}', 'lasting');

  it(
    'changes a setting that the engine reads anew, without a restart',
    async () => {
      const [before, started] = [await pid(), await startOfContainer()];

      await berth.ok('engine', 'set', name, 'debug=true');

      expect(await said('info', '-f', '{{.Debug}}')).toBe('true');
      expect(await berth.ok('engine', 'get', name, 'debug')).toBe('true\n');
      expect([await pid(), await startOfContainer()]).toEqual([before, started]);
    },
    MINUTES,
  );

  it(
    'changes a setting that takes a restart, and containers go on',
    async () => {
      const [before, started] = [await pid(), await startOfContainer()];

      await berth.ok('engine', 'set', name, 'log-driver=local', 'log-opts.max-size=10m');

      expect(await said('info', '-f', '{{.LoggingDriver}}')).toBe('local');
      expect(await pid()).not.toBe(before);
      expect(await startOfContainer()).toBe(started);
    },
    MINUTES,
  );

  it(
    'puts the old settings back where the engine does not come up with the new ones',
    async () => {
      const started = await startOfContainer();

      const refused = await berth.run('engine', 'set', name, 'data-root=/proc/berth');

      expect(refused).toMatchObject({ code: 4, stdout: '' });
      expect(await said('info', '-f', '{{.LoggingDriver}}')).toBe('local');
      expect((await berth.run('engine', 'get', name, 'data-root')).code).toBe(2);
      expect(await startOfContainer()).toBe(started);
    },
    MINUTES,
  );

  it(
    'keeps settings through provisioning, and takes them away when told to',
    async () => {
      await berth.ok('provision', name);
      const kept = await berth.ok('engine', 'get', name, 'log-opts.max-size');

      await berth.ok('engine', 'unset', name, 'log-driver', 'log-opts', 'debug');

      expect(kept).toBe('10m\n');
      expect(await said('info', '-f', '{{.LoggingDriver}} {{.Debug}}')).toBe('json-file false');
    },
    MINUTES,
  );

  it(
    'gives it another name, with everything that bears it, and its containers go on',
    async () => {
      const started = await startOfContainer();

      await berth.ok('rename', 'dev', 'shop');
      name = 'shop';

      expect(await berth.ok('ls', '-q')).toBe('shop\n');
      expect(await berth.ok('ssh', 'shop', 'hostname')).toBe('shop\n');
      expect(await startOfContainer()).toBe(started);
      const { DOCKER_HOST: _host, ...plain } = berth.environment;
      const contexts = await sh(
        'env',
        `DOCKER_CONFIG=${plain['DOCKER_CONFIG'] ?? ''}`,
        'docker',
        'context',
        'ls',
        '-q',
      );
      expect(contexts.split('\n').filter((line) => /^(dev|shop)$/.test(line))).toEqual(['shop']);
      expect(
        await sh('env', `DOCKER_CONFIG=${plain['DOCKER_CONFIG'] ?? ''}`, 'docker', '-c', 'shop', 'ps', '-q'),
      ).not.toBe('');
    },
    MINUTES,
  );

  it(
    'is whole under one of its names whenever a rename is killed, and the same command finishes it',
    async () => {
      const seen: string[] = [];
      for (const afterMs of [150, 300, 450, 600, 800, 1_100]) {
        const child = berth.start('rename', 'shop', 'dev');
        const ended = new Promise((resolve) => child.once('close', resolve));
        await sleep(afterMs);
        child.kill('SIGKILL');
        await ended;
        seen.push((await berth.ok('ls', '-q')).trim());
      }

      const last = await berth.run('rename', 'shop', 'dev');
      name = 'dev';

      expect(seen.filter((names) => names !== 'shop' && names !== 'dev')).toEqual([]);
      // The last of the killed ones may have been at its end.
      expect([0, 2]).toContain(last.code);
      expect(await berth.ok('ls', '-q')).toBe('dev\n');
      expect(await berth.ok('ssh', 'dev', 'hostname')).toBe('dev\n');
      expect(await said('version', '-f', '{{.Server.Version}}')).toMatch(/^\d/);
    },
    2 * MINUTES,
  );

  it(
    'finds labels in ls, shows logs, counts space and gives it back',
    async () => {
      await berth.ok('label', '--engine', name, 'team=shop');
      await said('create', '--name', 'idle', 'busybox', '/bin/busybox', 'true');

      expect(await berth.ok('ls', '-q', '--filter', 'label=team=shop')).toBe(`${name}\n`);
      expect(await said('info', '-f', '{{.Labels}}')).toContain('team=shop');
      expect((await berth.ok('logs', '-n', '5', name)).trim().split('\n')).toHaveLength(5);
      expect(await berth.ok('logs', '--boot', '-n', '500', name)).toMatch(/systemd/);
      expect(JSON.parse(await berth.ok('df', '--json'))).toMatchObject([
        {
          name,
          disk: { path: expect.any(String) as string },
          engine: { containers: { count: 2 }, images: { count: 1 } },
        },
      ]);
      await berth.ok('prune', '-y', name);
      expect(await said('ps', '-aq', '--filter', 'name=idle')).toBe('');
      expect(await said('ps', '-q')).not.toBe('');
    },
    MINUTES,
  );

  it(
    'follows a log as it grows, and leaves nothing behind on the host when it is interrupted',
    async () => {
      const child = berth.start('logs', '-f', '-n', '1', name);
      let seen = '';
      child.stdout?.on('data', (part: Buffer) => (seen += part.toString()));
      const ended = new Promise((resolve) => child.once('close', resolve));
      const comes = async (isThere: () => boolean | Promise<boolean>): Promise<void> => {
        const deadline = AbortSignal.timeout(20_000);
        while (!(await isThere())) {
          deadline.throwIfAborted();
          await sleep(100);
        }
      };
      await comes(() => seen.split('\n').length > 1);

      await berth.ok('ssh', name, 'systemctl', 'reload', 'docker');

      await comes(() => seen.split('\n').length > 2);
      child.kill('SIGINT');
      expect(await ended).toBe(130);
      await comes(async () => (await berth.run('ssh', name, 'pgrep', '-x', 'journalctl')).code === 1);
    },
    MINUTES,
  );

  it(
    'says which versions of the engine there are, where the one that was asked for is none of them',
    async () => {
      const refused = await berth.run('upgrade', '--engine-version', '1.2', name);
      await berth.ok('upgrade', '--engine-version', 'latest', name);

      expect(refused.code).toBe(4);
      expect(refused.stderr).toMatch(/no version 1\.2 of /);
    },
    2 * MINUTES,
  );

  it(
    'powers itself off when its time is over, by a timer of its own',
    async () => {
      const timer = await berth.ok('ssh', name, 'systemctl', 'is-active', 'berth-end.timer');
      await berth.ok('ssh', name, 'sh', '/usr/local/lib/berth/end.sh');
      const before = await berth.ok('status', name);

      await berth.run(
        'ssh',
        name,
        `sed -i 's/^ends_at=.*/ends_at=1/' /usr/local/lib/berth/end.sh; systemctl start berth-end`,
      );

      expect([timer, before]).toEqual(['active\n', 'Running\n']);
      // Where the timer was just looking it looks again a minute later; then systemd gives services a minute and a half.
      const deadline = AbortSignal.timeout(150_000);
      while ((await berth.ok('status', name)) !== 'Stopped\n') {
        deadline.throwIfAborted();
        await sleep(250);
      }
    },
    3 * MINUTES,
  );
});
