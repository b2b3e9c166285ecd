import { setTimeout as sleep } from 'node:timers/promises';
import { NEW_HOST, RealCluster } from './support/cluster.js';
import { describeReal } from './support/needs.js';

const MINUTES = 60_000;
/** The timer looks once a minute, at a machine that nobody has used for a minute: too long for a test. */
const SOONER = [
  'mkdir -p /etc/systemd/system/berth-end.timer.d',
  'printf "[Timer]\\nOnUnitActiveSec=2s\\nOnActiveSec=1s\\nAccuracySec=1s\\n" >/etc/systemd/system/berth-end.timer.d/sooner.conf',
  `sed -i 's/^idle_seconds=60$/idle_seconds=5/' /usr/local/lib/berth/end.sh`,
  'systemctl daemon-reload',
  'systemctl restart berth-end.timer',
].join('; ');

describeReal('hosts that go down by themselves, or have to', () => {
  const cluster = new RealCluster('night');
  const { berth } = cluster;

  beforeAll(async () => {
    await Promise.all([
      berth.ok('create', ...NEW_HOST, '--stop-after-idle', '1m', 'night-manager-1'),
      berth.ok('create', ...NEW_HOST, 'day'),
    ]);
    await berth.ok('swarm', 'create', 'night', '--manager', 'night-manager-1', '--worker', 'day');
    await cluster.putImage(['night-manager-1']);
  }, 5 * MINUTES);
  afterAll(() => cluster[Symbol.asyncDispose](), MINUTES);

  it(
    'are rebooted by an upgrade where they need to be, drained meanwhile, and come back as they were',
    async () => {
      const bootedAt = (): Promise<string> => berth.ok('ssh', 'day', 'stat', '-c', '%Y', '/proc/1');
      const before = await bootedAt();
      await berth.ok('ssh', 'day', 'touch', '/run/reboot-required');

      const { code, stdout, stderr } = await berth.run('upgrade', '--reboot', 'day');
      const again = await berth.ok('upgrade', '--reboot', 'day');

      expect({ code, rebooted: stdout.split('\n')[1] }).toEqual({ code: 0, rebooted: 'Machine "day" was rebooted.' });
      expect(stderr).toMatch(
        /Draining day[^]*Upgrading the engine of day[^]*Starting the machine[^]*Setting day back to active/,
      );
      expect(await bootedAt()).not.toBe(before);
      expect(again).not.toContain('rebooted');
      expect(await cluster.docker('node', 'ls', '--format', '{{.Status}} {{.Availability}}')).toBe(
        'Ready Active\n'.repeat(2),
      );
    },
    3 * MINUTES,
  );

  it(
    'power themselves off when nobody uses them, and not while a container runs',
    async () => {
      const name = 'night-manager-1';
      await cluster.dockerOn(name, 'run', '-d', '--name', 'work', 'busybox', '/bin/busybox', 'sleep', '10000');
      await berth.ok('ssh', name, SOONER);
      await sleep(12_000);
      const busy = await berth.ok('status', name);

      await cluster.dockerOn(name, 'rm', '-f', 'work');

      expect(busy).toBe('Running\n');
      const deadline = AbortSignal.timeout(60_000);
      while ((await berth.ok('status', name)) !== 'Stopped\n') {
        deadline.throwIfAborted();
        await sleep(500);
      }
      await berth.ok('start', name);
      expect(await berth.ok('status', name)).toBe('Running\n');
    },
    3 * MINUTES,
  );
});
