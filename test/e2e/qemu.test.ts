import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Berth, sh } from './support/berth.js';
import { busyboxImage } from './support/image.js';
import { lacking } from './support/needs.js';
import { derivedImage, IMAGE_PROGRAMS, provideImage, withoutProgram } from './support/os-image.js';

/** The first image takes some minutes to build; an emulated machine half a minute to boot, more on a busy computer. */
const MINUTES = 60_000;
const NEEDED = { 'qemu-system-x86_64': 'qemu-system-x86', 'qemu-img': 'qemu-utils', docker: 'docker-cli' };

const reason = lacking({ ...NEEDED, ...IMAGE_PROGRAMS }) ?? '';
const isSlow = Boolean(process.env['BERTH_E2E_SLOW']);
const lacks = reason || (isSlow ? '' : 'several more boots, which BERTH_E2E_SLOW=1 runs');
if (lacks !== '') process.stderr.write(`skipped: a machine of qemu: ${lacks}\n`);
/** What takes several boots of an emulated machine. */
const slowly = isSlow ? it : it.skip;

(reason === '' ? describe : describe.skip)('a machine of qemu', () => {
  const berth = new Berth();
  const machines = join(berth.home, '.local/share/berth/qemu');
  const folderOf = (name: string): string =>
    join(machines, readdirSync(machines).find((one) => one.startsWith(`${name}-`)) ?? 'none');

  afterAll(async () => {
    await berth.run('rm', '-f', '-y', 'dev');
    berth[Symbol.dispose]();
  });

  it(
    'is made from nothing, says what runs its processor, and its engine answers the real docker client',
    async () => {
      await provideImage(berth);
      const made = await berth.run(
        ...['create', '-d', 'qemu', '--qemu-memory', '768', '--qemu-cpu-count', '2', '--qemu-disk-size', '3000', 'dev'],
      );
      const version = await berth.docker('dev', ['version', '--format', '{{.Server.Version}}']);

      expect({ code: made.code, stderr: made.code === 0 ? '' : made.stderr }).toEqual({ code: 0, stderr: '' });
      expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+/) as string });
    },
    12 * MINUTES,
  );

  it(
    'runs a container',
    async () => {
      await berth.docker('dev', ['import', '-', 'busybox'], busyboxImage());

      const run = await berth.docker('dev', ['run', '--rm', 'busybox', '/bin/busybox', 'echo', 'hello']);

      expect(run).toEqual({ code: 0, stdout: 'hello\n', stderr: '' });
    },
    3 * MINUTES,
  );

  it(
    'goes on from its memory after it was suspended, with its containers',
    async () => {
      const started = await berth.docker('dev', [
        ...['run', '-d', '--name', 'long', 'busybox', '/bin/busybox', 'sleep', '100000'],
      ]);
      await berth.ok('suspend', 'dev');
      const state = await berth.ok('status', 'dev');
      await berth.ok('resume', 'dev');
      const running = await berth.docker('dev', ['ps', '--format', '{{.Names}}']);

      expect(started.code).toBe(0);
      expect(state).toBe('Saved\n');
      expect(running).toEqual({ code: 0, stdout: 'long\n', stderr: '' });
    },
    3 * MINUTES,
  );

  it(
    'goes back to a snapshot while it runs',
    async () => {
      await berth.ok('snapshot', 'create', 'dev', 'before');
      await berth.docker('dev', ['rm', '-f', 'long']);

      await berth.ok('snapshot', 'restore', 'dev', 'before');
      const running = await berth.docker('dev', ['ps', '--format', '{{.Names}}']);

      expect(running.stdout).toBe('long\n');
      expect(await berth.ok('snapshot', 'ls', 'dev')).toMatch(/^SNAPSHOT +MADE +STATE\nbefore +\S+ +running\n$/);
    },
    3 * MINUTES,
  );

  slowly(
    'is stopped, resized and started, and keeps what it has',
    async () => {
      await berth.ok('stop', 'dev');
      await berth.ok('resize', 'dev', '--memory', '1024', '--disk-size', '5000');
      await berth.ok('start', 'dev');
      const images = await berth.docker('dev', ['images', '--format', '{{.Repository}}']);
      const disk = await berth.ok('ssh', 'dev', 'df -m /var | tail -1');
      const memory = await berth.ok('ssh', 'dev', "awk '/MemTotal/ {print $2}' /proc/meminfo");

      expect(images.stdout).toBe('busybox\n');
      expect(Number(disk.trim().split(/\s+/)[1])).toBeGreaterThan(4_000);
      expect(Number(memory)).toBeGreaterThan(900_000);
    },
    6 * MINUTES,
  );

  slowly(
    'has left its disk in order when it was stopped, and places programs at random once it is up',
    async () => {
      const boot = await berth.ok('ssh', 'dev', 'sudo dmesg');
      const random = 'until grep -q 2 /proc/sys/kernel/randomize_va_space; do sleep 1; done && echo random';
      const placed = await berth.ok('ssh', 'dev', `timeout 120 sh -c '${random}'`);

      expect(boot.split('\n').filter((line) => line.includes('recovery'))).toEqual([]);
      expect(boot).toContain('mounted filesystem');
      expect(placed).toBe('random\n');
    },
    3 * MINUTES,
  );

  slowly(
    'comes back after a power cut',
    async () => {
      await berth.ok('kill', 'dev');
      const state = await berth.ok('status', 'dev');
      await berth.ok('start', 'dev');

      expect(state).toBe('Stopped\n');
      expect((await berth.docker('dev', ['images', '--format', '{{.Repository}}'])).stdout).toBe('busybox\n');
    },
    6 * MINUTES,
  );

  it(
    'goes back to its OS by itself when a new one does not come up',
    async () => {
      derivedImage(berth.home, 'debian12-amd64-broken', { initramfs: Buffer.alloc(4_096, 'broken') });
      await berth.ok('snapshot', 'rm', 'dev', 'before');

      const upgraded = await berth.run('upgrade', '--os', '--os-image', 'debian12-amd64-broken', 'dev');
      const version = await berth.docker('dev', ['version', '--format', '{{.Server.Version}}']);

      expect({ code: upgraded.code, stdout: upgraded.stdout }).toEqual({ code: 4, stdout: '' });
      expect(upgraded.stderr).toContain('the OS debian12-amd64-broken does not come up: the machine does not boot');
      expect(upgraded.stderr).toMatch(/machine "dev" is back on its OS debian12-amd64-[0-9a-f]{10}$/m);
      expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+/) as string });
    },
    4 * MINUTES,
  );

  slowly(
    'is brought to a new OS that comes up, and back to the old one by its name',
    async () => {
      derivedImage(berth.home, 'debian12-amd64-other');
      const boots = (): { current: string; previous?: string } =>
        JSON.parse(readFileSync(join(folderOf('dev'), 'boots.json'), 'utf8')) as { current: string };
      const { current: old } = boots();

      const there = await berth.ok('upgrade', '--os', '--os-image', 'debian12-amd64-other', 'dev');
      const booted = boots();
      const back = await berth.ok('upgrade', '--os', '--os-image', old, 'dev');

      expect(there).toBe(`Machine "dev" went from ${old} to debian12-amd64-other.\n`);
      expect(booted).toEqual({ current: 'debian12-amd64-other', previous: old });
      expect(back).toBe(`Machine "dev" went from debian12-amd64-other to ${old}.\n`);
      expect((await berth.docker('dev', ['images', '--format', '{{.Repository}}'])).stdout).toBe('busybox\n');
    },
    6 * MINUTES,
  );

  slowly(
    'goes back when the new OS boots, and its engine does not answer',
    async () => {
      const root = await withoutProgram(berth.home, 'usr/sbin/dockerd');
      derivedImage(berth.home, 'debian12-amd64-engineless', { 'root.squashfs': root });

      const upgraded = await berth.run('upgrade', '--os', '--os-image', 'debian12-amd64-engineless', 'dev');

      expect(upgraded.code).toBe(4);
      expect(upgraded.stderr).toMatch(/machine "dev" is back on its OS debian12-amd64-[0-9a-f]{10}$/m);
      expect(await berth.ok('status', 'dev')).toBe('Running\n');
    },
    12 * MINUTES,
  );

  it(
    'leaves nothing when it is removed',
    async () => {
      const folder = folderOf('dev');
      await berth.ok('rm', '-y', 'dev');

      const processes = await sh('ps', '-eo', 'args');

      expect(existsSync(folder)).toBe(false);
      expect(processes.split('\n').filter((line) => line.includes(folder))).toEqual([]);
    },
    MINUTES,
  );
});
