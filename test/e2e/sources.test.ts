import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Berth, sh, type Ran } from './support/berth.js';
import { describeEngines, EnginePackages, SHARED_LIBRARIES } from './support/engine-packages.js';
import { busyboxImage } from './support/image.js';
import { bootServer, type Server } from './support/server.js';

const MINUTES = 60_000;

const packages = new EnginePackages();
let bundle: string;

describeEngines("an engine that is not the distribution's", () => {
  beforeAll(async () => {
    await packages.download();
    bundle = await packages.bundle();
  }, 3 * MINUTES);

  afterAll(() => packages[Symbol.dispose]());

  describe('from a static bundle', () => {
    const berth = new Berth();
    let server: Server;

    beforeAll(async () => {
      server = await bootServer('bundled');
      await server.sh(
        `apt-get -q update && apt-get -q -y --no-install-recommends install ${SHARED_LIBRARIES.join(' ')}`,
      );
    }, 10 * MINUTES);

    afterAll(async () => {
      await server[Symbol.asyncDispose]();
      berth[Symbol.dispose]();
    });

    it(
      'is refused when the bundle holds none, and nothing is left on the host',
      async () => {
        const folder = join(berth.home, 'empty');
        await sh('mkdir', folder);
        writeFileSync(join(folder, 'notes'), 'no engine\n');
        await sh('tar', '-C', folder, '-czf', `${folder}.tgz`, 'notes');

        const ran = await create(berth, server, '--engine-source', 'bundle', '--engine-bundle', `${folder}.tgz`);
        await berth.ok('rm', '-f', 'web');

        expect(ran.code).toBe(4);
        expect(message(ran)).toBe(
          [
            'Error: cannot install the engine on web',
            'Code: ProvisionFailed',
            'Try this:',
            '  * berth provision web',
            '  * berth ssh web journalctl -u docker -n 50',
            'Caused by: the bundle holds no docker/dockerd',
            '',
          ].join('\n'),
        );
        expect(await server.sh('ls /usr/local/bin /etc/systemd/system | grep -E "docker|containerd" || true')).toBe('');
      },
      MINUTES,
    );

    it(
      'is made of the programs of the bundle and runs under systemd',
      async () => {
        const ran = await create(berth, server, '--engine-source', 'bundle', '--engine-bundle', bundle);

        expect({ code: ran.code, stderr: ran.code === 0 ? '' : ran.stderr }).toEqual({ code: 0, stderr: '' });
        expect(
          await server.sh('systemctl is-active containerd docker.socket docker; readlink /proc/$(pidof dockerd)/exe'),
        ).toBe('active\nactive\nactive\n/usr/local/bin/dockerd\n');
      },
      2 * MINUTES,
    );

    it('runs a container for the real docker client over TLS', () => expectContainer(berth), MINUTES);

    it('needs nothing when it is provisioned again', () => expectNothingNeeded(berth, server), MINUTES);
  });
});

function create(berth: Berth, server: Server, ...options: string[]): Promise<Ran> {
  const host = ['--generic-ip-address', server.address, '--generic-ssh-key', server.keyPath];
  return berth.run('create', '-d', 'generic', ...host, ...options, 'web');
}

/** The message, its id and what follows, without progress lines: everything from "Error:" on. */
function message({ stderr }: Ran): string {
  return stderr.slice(stderr.indexOf('Error: '));
}

async function expectContainer(berth: Berth): Promise<void> {
  const version = await berth.docker('web', ['version', '--format', '{{.Server.Version}}']);
  const imported = await berth.docker('web', ['import', '-', 'busybox'], busyboxImage());
  const run = await berth.docker('web', [
    'run',
    '--rm',
    '--init',
    '-p',
    '8080:80',
    'busybox',
    '/bin/busybox',
    'echo',
    'hello',
  ]);

  expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+/) as string });
  expect(imported).toMatchObject({ code: 0 });
  expect(run).toMatchObject({ code: 0, stdout: 'hello\n' });
}

async function expectNothingNeeded(berth: Berth, server: Server): Promise<void> {
  const pid = await server.sh('pidof dockerd');

  expect(await berth.ok('provision', 'web')).toBe('Machine "web" needed nothing.\n');
  expect(await server.sh('pidof dockerd')).toBe(pid);
}
