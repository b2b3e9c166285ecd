import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reprovision } from '../../src/lifecycle/reprovision.js';
import { parseName } from '../../src/name.js';
import type { DockerRepository } from '../../src/provision/contract.js';
import { dockerRepository, type AptRepository } from './support/apt-repository.js';
import { Berth } from './support/berth.js';
import { describeEngines, EnginePackages } from './support/engine-packages.js';
import { describeReal } from './support/needs.js';
import { bootServer, type Server } from './support/server.js';
import {
  create,
  createFrom,
  expectContainer,
  expectMade,
  expectNothingNeeded,
  failure,
  message,
  programWith,
} from './support/source-machine.js';
import { gatewayOf, serve, type UrlServer } from './support/url-server.js';

const MINUTES = 60_000;

/** Of docker-ce, newest first; what is in them is the same. */
const VERSIONS = ['5:28.2.2-1~debian.12~bookworm', '5:20.10.24-1~debian.12~bookworm'];

describeEngines("an engine from Docker's repository", () => {
  const berth = new Berth();
  let server: Server;
  let packages: EnginePackages;
  let made: AptRepository;
  let urls: UrlServer;
  const repository = (aptFingerprint = made.fingerprint): DockerRepository => ({
    url: urls.url,
    aptFingerprint,
    rpmFingerprint: '',
  });

  beforeAll(async () => {
    packages = await EnginePackages.download();
    made = await dockerRepository(packages.folder, VERSIONS);
    server = await bootServer('docked');
    urls = await serve(made.folder, await gatewayOf(server));
  }, 10 * MINUTES);

  afterAll(async () => {
    await urls[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    packages[Symbol.dispose]();
    berth[Symbol.dispose]();
  });

  it(
    'is refused when the key of the repository is another one, and nothing is installed',
    async () => {
      const wrong = '0123456789ABCDEF0123456789ABCDEF01234567';

      const said = await createFrom(repository(wrong), { berth, server, flags: {} });
      await berth.ok('rm', '-f', 'web');

      expect(said).toBe(
        failure("add Docker's package repository", `the package key is ${made.fingerprint}, expected ${wrong}`),
      );
      const traces = 'find /etc/apt -name "docker*"; dpkg -l | grep docker || true';
      expect(await server.sh(traces)).toBe('');
    },
    2 * MINUTES,
  );

  it(
    'is not there in a version that the repository has not',
    async () => {
      const said = await createFrom(repository(), { berth, server, flags: { 'engine-version': '19.03' } });
      await berth.ok('rm', '-f', 'web');

      expect(said).toBe(
        failure('install the engine', `no version 19.03 of docker-ce; there are: ${VERSIONS.join(' ')}`),
      );
    },
    2 * MINUTES,
  );

  it(
    'is what auto takes, in the wanted version',
    async () => {
      const said = await createFrom(repository(), { berth, server, flags: { 'engine-version': '20.10' } });

      expect(said).toBe('');
      expect(
        await server.sh("dpkg-query -W -f '${Package} ${Version}\\n' docker-ce docker.io 2>/dev/null || true"),
      ).toBe('docker-ce 5:20.10.24-1~debian.12~bookworm\n');
      expect(await server.sh('systemctl is-active docker; readlink /proc/$(pidof dockerd)/exe')).toBe(
        'active\n/usr/bin/dockerd\n',
      );
    },
    3 * MINUTES,
  );

  it('runs a container for the real docker client over TLS', () => expectContainer(berth), MINUTES);

  it(
    'needs nothing when it is provisioned again',
    async () => {
      const { steps } = await reprovision(parseName('web'), { renew: false }, programWith(repository(), berth));

      expect(steps).toEqual([]);
      await expectNothingNeeded(berth, server);
    },
    MINUTES,
  );
});

describeReal("an engine from a script of the user's", () => {
  const berth = new Berth();
  let server: Server;
  let urls: UrlServer;

  beforeAll(async () => {
    server = await bootServer('scripted');
    const folder = join(berth.home, 'scripts');
    mkdirSync(folder);
    const install = 'apt-get -q update && apt-get -q -y --no-install-recommends install docker.io';
    writeFileSync(join(folder, 'install.sh'), `echo "$VERSION" >/root/wanted-version\n${install}\n`);
    writeFileSync(join(folder, 'closed.sh'), 'seq 30; echo "closed on Sundays" >&2; exit 3\n');
    writeFileSync(join(folder, 'idle.sh'), 'true\n');
    urls = await serve(folder, await gatewayOf(server));
  }, 10 * MINUTES);

  afterAll(async () => {
    await urls[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    berth[Symbol.dispose]();
  });

  it.each<[string, string, (url: string) => readonly string[]]>([
    ['fails', 'closed.sh', () => [...Array.from({ length: 19 }, (_, index) => `${index + 12}`), 'closed on Sundays']],
    ['installs nothing', 'idle.sh', (url) => [`the script at ${url} ended well and installed no dockerd`]],
    ['is not there', 'gone.sh', () => Array<string>(3).fill('curl: (22) The requested URL returned error: 404')],
  ])(
    'is not there when the script %s, and its last words are told',
    async (_title, name, lastWords) => {
      const url = `${urls.url}/${name}`;

      const ran = await create(berth, server, '--engine-install-url', url);
      await berth.ok('rm', '-f', 'web');

      expect(ran.code).toBe(4);
      expect(message(ran)).toBe(failure('install the engine', ...lastWords(url)));
    },
    MINUTES,
  );

  it(
    'is there when the script has run, which was told the wanted version',
    async () => {
      const url = `${urls.url}/install.sh`;

      expectMade(await create(berth, server, '--engine-install-url', url, '--engine-version', '20.10'));

      expect(await server.sh('cat /root/wanted-version; systemctl is-active docker')).toBe('20.10\nactive\n');
      await expectContainer(berth);
      await expectNothingNeeded(berth, server);
    },
    3 * MINUTES,
  );
});
