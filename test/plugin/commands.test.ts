import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../src/record.js';
import { testHome, type Home, type Ran } from '../cli/support/berth.js';
import { testFolder } from '../helpers/folder.js';
import { sshServer } from '../helpers/ssh-server.js';
import { scriptDriver } from './support/scripts.js';
import { describeFakeDriver } from './support/fake-driver.js';

const TOKEN = 'tok-0123456789';
/** What a driver finds of docker-machine's own create flags when none was given. */
const SHARED: JsonObject = {
  driver: 'fake',
  'engine-install-url': 'https://get.docker.com',
  'engine-storage-driver': '',
  'engine-label': [],
  'engine-insecure-registry': [],
  'engine-registry-mirror': [],
  'engine-env': [],
  'engine-opt': [],
  'tls-san': [],
  swarm: false,
  'swarm-image': 'swarm:latest',
  'swarm-master': false,
  'swarm-discovery': '',
  'swarm-strategy': 'spread',
  'swarm-opt': [],
  'swarm-join-opt': [],
  'swarm-host': 'tcp://0.0.0.0:3376',
  'swarm-addr': '',
  'swarm-experimental': false,
};

describeFakeDriver('commands with a driver binary on PATH', (built) => {
  it('create, status, ls, stop, start, inspect and rm work as with any driver', async () => {
    using home = testHome();
    await using server = await sshServer({ answers: {} });
    const berth = withDriver(home, built.folder);

    const created = await berth(
      'create',
      '-d',
      'fake',
      '-fake-ssh-port',
      `${server.port}`,
      '--fake-fast=true',
      '--fake-tag=a',
      'web-1',
    );
    const status = await berth('status', 'web-1');
    const stopped = await berth('stop', 'web-1');
    const listed = await berth('ls', '--format', '{{.Name}} {{.DriverName}} {{.State}}');
    const started = await berth('start', 'web-1');
    const inspected = await berth('inspect', '-f', '{{.Driver.SSHUser}} {{.Driver.Fast}} {{.Driver.Tags}}', 'web-1');
    const removed = await berth('rm', '-y', 'web-1');

    // The stand-in lets the driver's key in and is no host to provision: the create ends there, with all before it on record.
    expect(created.exitCode).toBe(4);
    expect(server.logins.some(({ accepted, user }) => accepted && user === 'fake')).toBe(true);
    expect(created.stderr).toContain('Creating the server...');
    expect(created.stderr + created.stdout).not.toContain(TOKEN);
    expect(status).toEqual({ stdout: 'Running\n', stderr: '', exitCode: 0 });
    expect([stopped, started, removed].map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    expect(listed.stdout).toBe('web-1 fake Stopped\n');
    expect(inspected.stdout).toBe('fake true [a eu]\n');
    expect(readdirSync(join(home.path, 'cloud'))).toEqual([]);
  });

  it('help of create shows the options that the driver declares', async () => {
    using home = testHome();
    const berth = withDriver(home, built.folder);

    const { stdout, stderr, exitCode } = await berth('create', '--driver', 'fake', '--help');

    expect(stdout.split('\n\n').find((part) => part.startsWith('FAKE FLAGS'))).toBe(`FAKE FLAGS
  --fake-cores=<n>
  --fake-engine-port=<n>   [default: 2376] Port of the engine
  --fake-fast              [env: FAKE_FAST] Fast disks
  --fake-size=<value>      [default: small, env: FAKE_SIZE] Size of the server
  --fake-ssh-host=<value>  [default: 127.0.0.1] Address of sshd
  --fake-ssh-port=<n>      [default: 22, env: FAKE_SSH_PORT] Port of sshd
  --fake-tag=<value>...    [default: berth, env: FAKE_TAGS] Tags of the server
  --fake-token=<value>     [env: FAKE_TOKEN] API token
  --region=<value>         [default: eu] A flag without = the driver  in it`);
    expect(stdout).not.toContain('--nspawn-memory');
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  });

  it("hands docker-machine's own options to the driver as well, given or not", async () => {
    using home = testHome();
    const berth = withDriver(home, built.folder, { FAKE_TELL: '1', FAKE_FAULT: 'refuse:PreCreateCheck' });

    const bare = await berth('create', '-d', 'fake', 'web-1');
    const full = await berth(
      ...['create', '-d', 'fake', '--engine-install-url', 'https://example.test/install.sh'],
      ...['--engine-storage-driver', 'overlay2', '--engine-label', 'a=b', '--engine-insecure-registry', '10.0.0.0/8'],
      ...['--engine-registry-mirror', 'https://mirror.test', '--engine-env', 'A=1', '--engine-env', 'B=2'],
      ...['--engine-opt', 'debug=true', '--tls-san', 'web.test'],
      ...['--swarm', '--swarm-master', '--swarm-discovery', 'token://east', 'web-1'],
    );

    const given = (ran: Ran): JsonObject => JSON.parse(/^given (.*)$/m.exec(ran.stderr)?.[1] ?? '{}') as JsonObject;
    expect(given(bare)).toEqual(SHARED);
    expect(given(full)).toEqual({
      ...SHARED,
      'engine-install-url': 'https://example.test/install.sh',
      'engine-storage-driver': 'overlay2',
      'engine-label': ['a=b'],
      'engine-insecure-registry': ['10.0.0.0/8'],
      'engine-registry-mirror': ['https://mirror.test'],
      'engine-env': ['A=1', 'B=2'],
      'engine-opt': ['debug=true'],
      'tls-san': ['web.test'],
      swarm: true,
      'swarm-master': true,
      'swarm-discovery': 'token://east',
    });
  });

  it('keeps secrets of the environment out of its own part of the record', async () => {
    using home = testHome();
    await using server = await sshServer({ answers: {} });
    const berth = withDriver(home, built.folder);

    await berth('create', '--driver=fake', `--fake-ssh-port=${server.port}`, 'web-1');

    const record = JSON.parse(readFileSync(join(home.store, 'machines/web-1/config.json'), 'utf8')) as {
      Berth: { Options: JsonObject };
    };
    expect(Object.keys(record.Berth.Options)).not.toContain('token');
  });

  it('refuses options that the driver does not declare, and driver names without a binary', async () => {
    using home = testHome();
    const berth = withDriver(home, built.folder);

    const unknown = await berth('create', '-d', 'fake', '--fake-colour', 'red', 'web-1');
    const missing = await berth('create', '-d', 'fakes', 'web-1');

    expect([unknown.exitCode, missing.exitCode]).toEqual([2, 2]);
    expect(unknown.stderr).toContain('fake-colour');
    expect(missing.stderr).toContain('driver "fakes" not found');
  });

  it('shows machines whose driver binary is gone, and works on the others', async () => {
    using home = testHome();
    await using server = await sshServer({ answers: {} });
    await withDriver(home, built.folder)('create', '-d', 'fake', `--fake-ssh-port=${server.port}`, 'web-1');
    const withoutDriver = withDriver(home, '/nonexistent');

    const status = await withoutDriver('status', 'web-1');
    const listed = await withoutDriver('ls', '-q');

    expect(status.exitCode).toBe(2);
    expect(status.stderr).toContain('driver "fake" of machine "web-1" not found');
    expect(listed.stdout).toBe('web-1\n');
  });
});

describe('commands with a driver binary that does not work', () => {
  it.each([
    [
      'crashes',
      'echo "no such hypervisor" >&2; exit 3',
      'driver "fake" crashed with exit code 3',
      'no such hypervisor',
    ],
    ['prints junk', 'yes junk', 'driver "fake" prints no address to reach it at', 'junk'],
    [
      'is no driver',
      'echo "usage: fake [options]" >&2; exit 0',
      'driver "fake" crashed with exit code 0',
      'usage: fake',
    ],
  ])('create says in one error that it %s', async (_what, script, message, cause) => {
    using home = testHome();
    using folder = testFolder();
    scriptDriver(folder.path, script);

    const created = await withDriver(home, folder.path)('create', '-d', 'fake', 'web-1');

    expect(created.exitCode).toBe(3);
    expect(created.stdout).toBe('');
    expect(created.stderr).toContain(message);
    expect(created.stderr).toContain(cause);
  });
});

function withDriver(
  home: Home,
  folder: string,
  more: Readonly<Record<string, string>> = {},
): (...args: string[]) => Promise<Ran> {
  const cloud = join(home.path, 'cloud');
  mkdirSync(cloud, { recursive: true });
  const env = { PATH: `${folder}:${process.env['PATH'] ?? ''}`, FAKE_CLOUD: cloud, FAKE_TOKEN: TOKEN, ...more };
  return (...args) => home.berth(args, { env });
}
