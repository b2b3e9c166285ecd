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
      expect(message(ran)).toBe('');
    },
    MINUTES,
  );

  it(
    'says that the user may not become root',
    async () => {
      const ran = await create('web', '--generic-ssh-user', 'plain');

      expect(ran.code).toBe(4);
      expect(message(ran)).toBe('');
    },
    MINUTES,
  );

  it(
    'says that the disk is full',
    async () => {
      await server.sh(
        'fallocate -l 100G /var/lib/docker/filler 2>/dev/null || dd if=/dev/zero of=/var/lib/docker/filler bs=1M 2>/dev/null || true',
      );

      const ran = await create('web');
      await server.sh('rm -f /var/lib/docker/filler');

      expect(ran.code).toBe(4);
      expect(message(ran)).toBe('');
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
      expect(message(ran)).toBe('');
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
      expect(message(ran)).toMatch(/^Error: the host key of .* has changed/);
    },
    2 * MINUTES,
  );
});

describeReal('creating a machine while somebody holds the package locks', () => {
  const berth = new Berth();

  it(
    'waits for them, and says who holds them at the limit',
    async () => {
      await using server = await bootServer('locked');
      await server.sh(
        `systemd-run --unit=holder sh -c 'perl -e "use Fcntl; open(F, q(+<), q(/var/lib/dpkg/lock-frontend)); fcntl(F, F_SETLK, pack(q(s s l l i x256), F_WRLCK, 0, 0, 0, 0)) or die; sleep 20"'`,
      );

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

      expect(ran).toMatchObject({ code: 0 });
      berth[Symbol.dispose]();
    },
    8 * MINUTES,
  );
});
