import { createServer } from 'node:net';
import { join } from 'node:path';
import { Berth, sh, type Ran } from './support/berth.js';
import { describeReal } from './support/needs.js';
import { bootServer, type Server } from './support/server.js';

const MINUTES = 60_000;

/** The message, its id and what follows, without progress lines: everything from "Error:" on. */
function message({ stderr }: Ran): string {
  return stderr.slice(stderr.indexOf('Error: '));
}

describeReal('creating a machine from a server where something is wrong', () => {
  const berth = new Berth();
  let server: Server;
  const create = (name: string, ...options: string[]): Promise<Ran> =>
    berth.run(
      'create',
      '-d',
      'generic',
      '--generic-ip-address',
      server.address,
      ...(options.includes('--generic-ssh-key') ? [] : ['--generic-ssh-key', server.keyPath]),
      ...options,
      name,
    );

  beforeAll(async () => {
    server = await bootServer('faulty', { packages: ['docker.io', 'psmisc'], diskSizeMb: 4_000 });
    await server.sh(
      'useradd -m -s /bin/bash plain && mkdir -p /home/plain/.ssh && cp /root/.ssh/authorized_keys /home/plain/.ssh/ && chown -R plain /home/plain/.ssh && chmod 700 /home/plain/.ssh',
    );
  }, 10 * MINUTES);

  afterEach(async () => {
    await berth.run('rm', '-f', 'web');
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    berth[Symbol.dispose]();
  });

  it(
    'says that sshd never answers',
    async () => {
      const silent = createServer(() => {}).listen(0, '127.0.0.1');
      await new Promise((resolve) => silent.once('listening', resolve));
      const port = (silent.address() as { port: number }).port;

      const ran = await berth.run(
        'create',
        '-d',
        'generic',
        '--generic-ip-address',
        '127.0.0.1',
        '--generic-ssh-port',
        String(port),
        '--generic-ssh-key',
        server.keyPath,
        '--ssh-timeout',
        '6',
        'web',
      );
      silent.close();

      expect(ran.code).toBe(4);
      expect(message(ran)).toBe(
        [
          `Error: cannot reach root@127.0.0.1:${port} over SSH within 6 s: no SSH banner`,
          'Code: HostUnreachable',
          'Try this:',
          '  * Check that it is sshd that listens on this port, and that the host has finished booting',
          'Caused by: no answer for 3000 ms',
          '',
        ].join('\n'),
      );
    },
    MINUTES,
  );

  it(
    'says that the key is refused',
    async () => {
      const keyPath = join(berth.home, 'wrong');
      await sh('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', keyPath);

      const ran = await create('web', '--generic-ssh-key', keyPath, '--ssh-timeout', '4');

      expect(ran.code).toBe(4);
      expect(message(ran)).toBe(
        [
          `Error: root@${server.address}:22 refused the login: tried key "${join(berth.store, 'machines/web/id_rsa')}"`,
          'Code: LoginRefused',
          'Try this:',
          '  * Log in as the user the image expects: debian, ubuntu, admin, ec2-user …',
          '  * Check that the public key stands in ~root/.ssh/authorized_keys on the host',
          'Caused by: All configured authentication methods failed',
          '',
        ].join('\n'),
      );
    },
    MINUTES,
  );

  it(
    'says that the user may not become root',
    async () => {
      const ran = await create('web', '--generic-ssh-user', 'plain');

      expect(ran.code).toBe(4);
      expect(message(ran)).toBe(
        [
          'Error: user "plain" may not become root on web without a password',
          'Code: ProvisionFailed',
          'Try this:',
          "  * On the host, as root: echo 'plain ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/plain",
          '  * Log in as root instead',
          'Caused by: sudo: a password is required',
          '',
        ].join('\n'),
      );
    },
    MINUTES,
  );

  it(
    'says that the disk is full',
    async () => {
      // Each round takes what the one before it had to leave.
      await server.sh(
        'for n in 1 2 3 4; do dd if=/dev/zero of=/var/lib/docker/filler$n bs=4k 2>/dev/null; sync; done; true',
      );

      const ran = await create('web');
      await server.sh('rm -f /var/lib/docker/filler*');

      expect(ran.code).toBe(4);
      expect(message(ran)).toBe(
        [
          'Error: cannot configure and start the engine on web: its disk is full',
          'Code: ProvisionFailed',
          'Try this:',
          '  * Free some space on the host, or give it a larger disk',
          "Caused by: cp: error writing '/etc/docker/ca.pem.berth': No space left on device",
          '',
        ].join('\n'),
      );
      expect(await server.sh('ls /etc/docker')).not.toContain('berth');
    },
    2 * MINUTES,
  );

  it(
    'says where the daemon.json of the host is broken, and changes nothing',
    async () => {
      await server.sh(`mkdir -p /etc/docker && printf '{ "log-level": }' > /etc/docker/daemon.json`);

      const ran = await create('web');
      const left = await server.sh(
        'cat /etc/docker/daemon.json; ls /etc/systemd/system/docker.service.d 2>/dev/null || true',
      );
      await server.sh('rm /etc/docker/daemon.json');

      expect(ran.code).toBe(4);
      expect(message(ran)).toBe(
        [
          'Error: /etc/docker/daemon.json on web is not valid JSON',
          'Code: ProvisionFailed',
          'Try this:',
          '  * Correct it on the host, then: berth provision web',
          '  * berth ssh web sudo mv /etc/docker/daemon.json /etc/docker/daemon.json.old',
          `Caused by: Unexpected token '}', "{ "log-level": }" is not valid JSON`,
          '',
        ].join('\n'),
      );
      expect(left).toBe('{ "log-level": }');
    },
    MINUTES,
  );

  it(
    'puts the old configuration back when the engine does not start with the new one',
    async () => {
      const ran = await create('web', '--engine-opt', 'no-such-flag=1');

      expect(ran.code).toBe(4);
      expect(message(ran)).toMatch(/no-such-flag/);
      expect(await server.sh('docker version --format "{{.Server.Version}}"')).toMatch(/^\d/);
    },
    2 * MINUTES,
  );

  it(
    'refuses a host key that has changed',
    async () => {
      expect(await create('web')).toMatchObject({ code: 0 });
      await server.sh('rm /etc/ssh/ssh_host_*; ssh-keygen -A >/dev/null; systemctl restart ssh');

      const ran = await berth.run('provision', 'web');

      expect(ran.code).toBe(4);
      expect(message(ran).replaceAll(/SHA256:[\w+/]+/g, 'SHA256:…')).toBe(
        [
          'Error: the host key of "web" changed from SHA256:… to SHA256:…',
          'Code: HostKeyChanged',
          'Try this:',
          '  * Find out why before going on: somebody may stand between you and the host',
          `  * If the host was really reinstalled, remove its old line from ${join(berth.store, 'machines/web/known_hosts')}`,
          '',
        ].join('\n'),
      );
    },
    2 * MINUTES,
  );
});

describeReal('creating a machine while somebody holds the package locks', () => {
  const berth = new Berth();

  it(
    'waits for them, and says who holds them',
    async () => {
      await using server = await bootServer('locked');
      await server.sh(`cat >/root/holder.pl <<'END'
use Fcntl;
open(my $file, '+<', '/var/lib/dpkg/lock-frontend') or die $!;
# struct flock: type, whence, start, length, process
my $lock = pack('s s x4 q q l x4', F_WRLCK, 0, 0, 0, 0);
fcntl($file, F_SETLK, $lock) or die $!;
sleep 20;
END
systemd-run --unit=holder perl /root/holder.pl`);

      const ran = await berth.run(
        'create',
        '-d',
        'generic',
        '--generic-ip-address',
        server.address,
        '--generic-ssh-key',
        server.keyPath,
        'web',
      );

      expect({ code: ran.code, stderr: ran.code === 0 ? '' : ran.stderr }).toEqual({ code: 0, stderr: '' });
      expect(ran.stderr).toMatch(/^waiting for process \d+ \(perl\), which holds the package lock$/m);
      berth[Symbol.dispose]();
    },
    8 * MINUTES,
  );
});
