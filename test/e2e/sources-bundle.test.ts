import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DockerRepository } from '../../src/provision/contract.js';
import { Berth, sh } from './support/berth.js';
import { describeEngines, EnginePackages, SHARED_LIBRARIES } from './support/engine-packages.js';
import { bootServer, type Server } from './support/server.js';
import {
  create,
  createFrom,
  expectContainer,
  expectMade,
  expectNothingNeeded,
  failure,
  message,
} from './support/source-machine.js';
import { serve, type UrlServer } from './support/url-server.js';

const MINUTES = 60_000;

describeEngines('an engine from a static bundle', () => {
  let packages: EnginePackages;
  let bundle: string;

  beforeAll(async () => {
    packages = await EnginePackages.download();
    bundle = await packages.bundle();
  }, 3 * MINUTES);

  afterAll(() => packages[Symbol.dispose]());

  describe('that the user names', () => {
    const berth = new Berth();
    let server: Server;

    beforeAll(async () => {
      server = await bootServer('bundled');
      await prepareForBundle(server);
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
        expect(message(ran)).toBe(failure('install the engine', 'the bundle holds no docker/dockerd'));
        expect(await server.sh('ls /usr/local/bin /etc/systemd/system | grep -E "docker|containerd" || true')).toBe('');
      },
      MINUTES,
    );

    it(
      'is made of the programs of the bundle and runs under systemd',
      async () => {
        const ran = await create(berth, server, '--engine-source', 'bundle', '--engine-bundle', bundle);

        expectMade(ran);
        expect(
          await server.sh('systemctl is-active containerd docker.socket docker; readlink /proc/$(pidof dockerd)/exe'),
        ).toBe('active\nactive\nactive\n/usr/local/bin/dockerd\n');
      },
      2 * MINUTES,
    );

    it('runs a container for the real docker client over TLS', () => expectContainer(berth), MINUTES);

    it('needs nothing when it is provisioned again', () => expectNothingNeeded(berth, server), MINUTES);
  });

  describe('for a host that reaches no archive at all', () => {
    const berth = new Berth();
    let server: Server;
    let urls: UrlServer;
    let arch: string;
    // The host's own loopback is not ours.
    const repository = (): DockerRepository => ({ url: urls.url, aptFingerprint: '', rpmFingerprint: '' });

    beforeAll(async () => {
      server = await bootServer('cut');
      await prepareForBundle(server);
      await server.sh('ip route del default && echo nameserver 192.0.2.1 >/etc/resolv.conf');
      arch = (await sh('uname', '-m')).trim();
      const folder = join(berth.home, 'static');
      const path = join(folder, 'linux/static/stable', arch);
      mkdirSync(path, { recursive: true });
      copyFileSync(bundle, join(path, 'docker-28.2.2.tgz'));
      urls = await serve(folder, '127.0.0.1');
    }, 10 * MINUTES);

    afterAll(async () => {
      await urls[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      berth[Symbol.dispose]();
    });

    it(
      'is not there when its bundle is not to be had',
      async () => {
        const said = await createFrom(repository(), { berth, server, flags: { 'engine-version': '28.2.1' } });
        await berth.ok('rm', '-f', 'web');

        expect(said).toBe(
          [
            `Error: cannot download the engine from ${urls.url}/linux/static/stable/${arch}/docker-28.2.1.tgz`,
            'Code: ProvisionFailed',
            'Try this:',
            '  * Name a local file: --engine-bundle docker-28.2.2.tgz',
            'Caused by: HTTP status 404',
            '',
          ].join('\n'),
        );
      },
      MINUTES,
    );

    it(
      'is refused without iptables, once the bundle is here',
      async () => {
        await server.sh('mv /usr/sbin/iptables /usr/sbin/iptables.away');

        const said = await createFrom(repository(), { berth, server, flags: {} });
        await berth.ok('rm', '-f', 'web');
        await server.sh('mv /usr/sbin/iptables.away /usr/sbin/iptables');

        expect(said).toBe(failure('install the engine', 'an engine needs iptables, and the host has none'));
      },
      MINUTES,
    );

    it(
      'is the bundle that was fetched before, even while we reach nothing either',
      async () => {
        await urls[Symbol.asyncDispose]();

        const said = await createFrom(repository(), { berth, server, flags: {} });

        expect(said).toBe('');
        expect(await server.sh('readlink /proc/$(pidof dockerd)/exe')).toBe('/usr/local/bin/dockerd\n');
        await expectContainer(berth);
      },
      2 * MINUTES,
    );

    it('needs nothing when it is provisioned again', () => expectNothingNeeded(berth, server), MINUTES);
  });
});

/** Debian's programs are linked dynamically, Docker's are not. */
async function prepareForBundle(server: Server): Promise<void> {
  const install = `apt-get -q -y --no-install-recommends install ${SHARED_LIBRARIES.join(' ')}`;
  await server.sh(`apt-get -q update && ${install}`);
}
