import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Berth, sh } from './support/berth.js';
import { busyboxImage } from './support/image.js';
import { leftovers } from './support/leftovers.js';
import { describeReal } from './support/needs.js';

/** Building the root file system the first time takes a minute or two, installing the engine half of one. */
const MINUTES = 60_000;

describeReal('a machine on this computer', () => {
  const berth = new Berth();
  const record = (name: string): { Driver: { IPAddress: string; Resource: { address: string } } } =>
    JSON.parse(readFileSync(join(berth.store, 'machines', name, 'config.json'), 'utf8')) as never;

  afterAll(async () => {
    await berth.run('rm', '-f', 'dev', 'a', 'b', 'c');
    berth[Symbol.dispose]();
  });

  it(
    'is made from nothing, engine included',
    async () => {
      const { code, stdout, stderr } = await berth.run('create', '-d', 'nspawn', 'dev');

      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toBe(
        'To see how to connect your Docker Client to the Docker Engine running on this virtual machine, run: berth env dev\n',
      );
    },
    10 * MINUTES,
  );

  it(
    'answers the real docker client over TLS: version, import, run',
    async () => {
      const version = await berth.docker('dev', ['version', '--format', '{{.Server.Version}}']);
      const imported = await berth.docker('dev', ['import', '-', 'busybox'], busyboxImage());
      const run = await berth.docker('dev', [
        'run',
        '--rm',
        'busybox',
        '/bin/busybox',
        'echo',
        'hello from a container',
      ]);

      expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+/) as string });
      expect(imported).toMatchObject({ code: 0 });
      expect(run).toMatchObject({ code: 0, stdout: 'hello from a container\n' });
    },
    2 * MINUTES,
  );

  it('refuses a client without a certificate of its store', async () => {
    const url = (await berth.ok('url', 'dev')).trim().replace('tcp://', 'https://');

    const refused = await sh('curl', '-sk', '--max-time', '10', `${url}/version`).catch(
      (error: Error) => error.message,
    );

    expect(refused).toMatch(/exited with (35|56)/);
  });

  it('stands in ls as running, with its engine', async () => {
    const table = await berth.ok('ls');

    expect(table).toMatch(
      /^NAME +ACTIVE +DRIVER +STATE +URL +SWARM +DOCKER +ERRORS\ndev +- +nspawn +Running +tcp:\/\/[\d.]+:2376 +v\d/,
    );
  });

  it(
    'needs nothing when it is provisioned again, and its engine is not restarted',
    async () => {
      const pid = await berth.ok('ssh', 'dev', 'systemctl', 'show', '-p', 'MainPID', 'docker');

      const said = await berth.ok('provision', 'dev');

      expect(said).toBe('Machine "dev" needed nothing.\n');
      expect(await berth.ok('ssh', 'dev', 'systemctl', 'show', '-p', 'MainPID', 'docker')).toBe(pid);
    },
    MINUTES,
  );

  it(
    'gets new certificates while a container keeps running',
    async () => {
      const started = await berth.docker('dev', [
        'run',
        '-d',
        '--name',
        'steady',
        'busybox',
        '/bin/busybox',
        'sleep',
        '1000',
      ]);
      const pid = await berth.docker('dev', ['inspect', '-f', '{{.State.Pid}}', 'steady']);
      const serial = new X509Certificate(readFileSync(join(berth.store, 'machines/dev/server.pem'))).serialNumber;

      const told = await berth.ok('regenerate-certs', '-f', '--json', 'dev');

      expect(JSON.parse(told)).toEqual([{ name: 'dev', steps: ['Configuring the engine'] }]);
      expect(started.code).toBe(0);
      expect(new X509Certificate(readFileSync(join(berth.store, 'machines/dev/server.pem'))).serialNumber).not.toBe(
        serial,
      );
      expect(await berth.docker('dev', ['inspect', '-f', '{{.State.Pid}} {{.State.Running}}', 'steady'])).toMatchObject(
        {
          stdout: `${pid.stdout.trim()} true\n`,
        },
      );
    },
    2 * MINUTES,
  );

  it(
    'stops, and comes back under another address with record and certificate following',
    async () => {
      const first = record('dev').Driver.IPAddress;

      await berth.ok('stop', 'dev');
      expect(await berth.ok('status', 'dev')).toBe('Stopped\n');
      // Somebody else gets the address meanwhile.
      await berth.ok('create', '-d', 'nspawn', '--nspawn-packages', 'docker.io', 'a');
      const taken = record('a').Driver.IPAddress;
      await berth.ok('start', 'dev');

      const after = (await berth.ok('ip', 'dev')).trim();
      expect(taken).toBe(first);
      expect(after).not.toBe(first);
      expect(new X509Certificate(readFileSync(join(berth.store, 'machines/dev/server.pem'))).subjectAltName).toContain(
        `IP Address:${after}`,
      );
      expect(await berth.docker('dev', ['version', '--format', 'ok'])).toMatchObject({ code: 0, stdout: 'ok\n' });
    },
    6 * MINUTES,
  );

  it(
    'comes back after a power cut',
    async () => {
      await berth.ok('kill', 'dev');
      expect(await berth.ok('status', 'dev')).toBe('Stopped\n');

      await berth.ok('start', 'dev');

      expect(await berth.docker('dev', ['images', '-q'])).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^[0-9a-f]{12}\n$/) as string,
      });
    },
    3 * MINUTES,
  );

  it(
    'restarts',
    async () => {
      expect(await berth.ok('restart', 'dev')).toBe('Machine "dev" was restarted.\n');

      expect(await berth.docker('dev', ['version', '--format', 'ok'])).toMatchObject({ code: 0, stdout: 'ok\n' });
    },
    3 * MINUTES,
  );

  it(
    'carries files both ways',
    async () => {
      await berth.ok('scp', '/etc/os-release', 'dev:/tmp/ours');
      await berth.ok('scp', 'dev:/tmp/ours', join(berth.home, 'back'));

      expect(readFileSync(join(berth.home, 'back'), 'utf8')).toBe(readFileSync('/etc/os-release', 'utf8'));
    },
    MINUTES,
  );

  it(
    "returns the remote command's exit code and output",
    async () => {
      const ran = await berth.run('ssh', 'dev', 'echo', 'out;', 'echo err >&2; exit 7');

      expect(ran).toEqual({ code: 7, stdout: 'out\n', stderr: 'err\n' });
    },
    MINUTES,
  );

  it(
    'is made three times at once',
    async () => {
      await berth.ok('create', '-d', 'nspawn', '--nspawn-packages', 'docker.io', 'b', 'c');

      const versions = await Promise.all(['a', 'b', 'c'].map((name) => berth.ok('version', name)));

      expect(versions.every((version) => /^\d+\.\d+/.test(version))).toBe(true);
    },
    6 * MINUTES,
  );

  it(
    'leaves nothing behind when it is removed',
    async () => {
      await berth.ok('rm', '-y', 'dev', 'a', 'b', 'c');

      expect(await berth.ok('ls', '-q')).toBe('');
      expect(await leftovers('dev', 'a', 'b', 'c')).toEqual([]);
    },
    2 * MINUTES,
  );
});
