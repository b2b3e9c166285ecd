import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Berth } from './support/berth.js';
import { busyboxImage } from './support/image.js';
import { lacking } from './support/needs.js';
import { IMAGE_PROGRAMS, provideImage } from './support/os-image.js';
import { Rented } from './support/rented.js';

/** An emulated Debian boots for a minute; the whole takes five on a quiet computer. */
const MINUTES = 60_000;
const NEEDED = {
  'qemu-system-x86_64': 'qemu-system-x86',
  docker: 'docker-cli',
  mmdebstrap: 'mmdebstrap',
  'mkfs.ext4': 'e2fsprogs',
  ssh: 'openssh-client',
  ...IMAGE_PROGRAMS,
};

const isSlow = Boolean(process.env['BERTH_E2E_SLOW']);
const reason =
  lacking(NEEDED) ?? (isSlow ? undefined : 'several boots of emulated machines, which BERTH_E2E_SLOW=1 runs');
if (reason !== undefined) process.stderr.write(`skipped: a server whose system is replaced: ${reason}\n`);

(reason === undefined ? describe : describe.skip)('a server whose system is replaced', () => {
  const berth = new Berth();
  let server: Rented;
  let hostKey: string;

  const wish = (): string[] => [
    ...['create', '-d', 'generic', '--generic-ip-address', '127.0.0.1', '--generic-ssh-port', String(server.sshPort)],
    ...['--generic-ssh-key', server.keyPath, '--generic-engine-port', String(server.enginePort), '--install-os'],
  ];

  beforeAll(async () => {
    await provideImage(berth);
    server = await Rented.boot();
    hostKey = (await server.sh('cat /etc/ssh/ssh_host_ed25519_key.pub')).split(' ')[1] ?? '';
  }, 25 * MINUTES);
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    berth[Symbol.dispose]();
  });

  it(
    'is shown whole in a dry run, and nothing of it changes',
    async () => {
      const before = await server.sh('cat /proc/mounts; ls /run /tmp');

      const told = await berth.ok(...wish(), '--install-os-dry-run', 'web-1');

      expect(told).toMatch(/^web-1 gets the OS debian12-amd64-\S+ in place of Debian GNU\/Linux 12 \(bookworm\)\.$/m);
      expect(told).toMatch(/^ {2}the whole disk \/dev\/vda \(4\.0 GiB\)$/m);
      expect(told).toMatch(/^ {2}IPv4: 10\.0\.2\.15\/24, DHCP$/m);
      expect(await server.sh('cat /proc/mounts; ls /run /tmp')).toBe(before);
      expect(await berth.ok('ls', '-q')).toBe('');
    },
    2 * MINUTES,
  );

  it(
    'is not touched while nobody has agreed to it',
    async () => {
      const refused = await berth.run(...wish(), 'web-1');

      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain('nobody can be asked here whether disk "/dev/vda" of web-1 may be erased');
      expect(refused.stderr).toContain('--install-os-erase /dev/vda');
      expect(await server.sh('. /etc/os-release && echo $ID')).toBe('debian\n');
      expect(await berth.ok('ls', '-q')).toBe('');
    },
    2 * MINUTES,
  );

  it(
    "gets berth's OS, is reached with the host key that it had, and runs containers",
    async () => {
      const made = await berth.run(...wish(), '--install-os-erase', '/dev/vda', 'web-1');
      expect({ code: made.code, stderr: made.code === 0 ? '' : made.stderr }).toEqual({ code: 0, stderr: '' });

      const system = await berth.ok('ssh', 'web-1', '. /etc/os-release && echo $ID; hostname');
      const known = readFileSync(join(berth.store, 'machines/web-1/known_hosts'), 'utf8');
      const key = await berth.ok('ssh', 'web-1', 'cut -d " " -f 2 /etc/ssh/ssh_host_ed25519_key.pub');
      await berth.docker('web-1', ['import', '-', 'busybox'], busyboxImage());
      const run = await berth.docker('web-1', ['run', '--rm', 'busybox', '/bin/busybox', 'echo', 'hello']);

      expect(system).toBe('berth\nrented\n');
      expect(key.trim()).toBe(hostKey);
      expect(known.trim().split('\n')).toHaveLength(1);
      expect(run).toEqual({ code: 0, stdout: 'hello\n', stderr: '' });
    },
    25 * MINUTES,
  );

  it(
    'boots from its disk after a power cut, with what it had',
    async () => {
      await berth.ok('ssh', 'web-1', 'sync');
      await server.cutPower();
      await server.untilUp();

      const command = await berth.ok('ssh', 'web-1', 'cat /proc/cmdline');
      const images = await untilAnswers(() => berth.docker('web-1', ['images', '--format', '{{.Repository}}']));

      expect(command).not.toContain('rdinit');
      expect(images).toBe('busybox\n');
    },
    15 * MINUTES,
  );
});

/** The engine starts behind sshd. */
async function untilAnswers(ask: () => Promise<{ code: number | null; stdout: string }>): Promise<string> {
  for (let tries = 0; tries < 120; tries += 1) {
    const { code, stdout } = await ask();
    if (code === 0) return stdout;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  throw new Error('the engine does not answer');
}
