import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Berth, finished, sh, type Ran } from './support/berth.js';
import { busyboxImage } from './support/image.js';
import { describeReal } from './support/needs.js';

/** Of the nspawn machines' own: other tests may run beside. */
const SUBNET = '172.30.121.0/24';
const MINUTES = 60_000;

describeReal('an engine that is reached through SSH', () => {
  const berth = new Berth();
  berth.environment['NSPAWN_SUBNET'] = SUBNET;
  const socket = (): string => join(berth.store, 'machines/dev/docker.sock');
  const address = (): string =>
    (
      JSON.parse(readFileSync(join(berth.store, 'machines/dev/config.json'), 'utf8')) as {
        Driver: { IPAddress: string };
      }
    ).Driver.IPAddress;
  /** The client as DOCKER_HOST alone leads it. */
  const docker = (args: readonly string[], input?: Buffer | string): Promise<Ran> => {
    const environment = { ...berth.environment, DOCKER_HOST: `unix://${socket()}` };
    const child = spawn('docker', args, {
      env: environment,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    child.stdin?.end(input);
    return finished(child);
  };
  /** On the host, by the real ssh program, which is left out where sshd's processes are counted. */
  const onHost = (...words: string[]): Promise<string> => berth.ok('ssh', 'dev', ...words);
  const listening = (): Promise<boolean> =>
    new Promise((resolve) => {
      const tried = connect(2376, address());
      tried.once('connect', () => resolve(true)).once('error', () => resolve(false));
      tried.once('connect', () => tried.destroy());
    });
  /** Processes of berth that serve this test's store. */
  const tunnels = async (): Promise<number> =>
    (await sh('ps', '-eo', 'args=')).split('\n').filter((line) => line.includes(berth.store) && / tunnel /.test(line))
      .length;

  afterAll(async () => {
    await berth.run('rm', '-f', 'dev');
    berth[Symbol.dispose]();
  });

  it(
    'has no port, and answers the docker client at a socket that is the user’s alone',
    async () => {
      const { code, stderr } = await berth.run('create', '-d', 'nspawn', '--transport', 'ssh', 'dev');
      const env = await berth.ok('env', '--shell', 'bash', 'dev');
      const version = await docker(['version', '--format', '{{.Server.Version}}']);

      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
      expect(env.split('\n').slice(0, 4)).toEqual([
        'unset DOCKER_TLS_VERIFY;',
        `export DOCKER_HOST="unix://${socket()}";`,
        'unset DOCKER_CERT_PATH;',
        'export DOCKER_MACHINE_NAME="dev";',
      ]);
      expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+/) as string });
      expect(statSync(socket()).mode & 0o777).toBe(0o600);
      expect(await listening()).toBe(false);
    },
    10 * MINUTES,
  );

  it(
    'has a docker context that leads there, and ls shows it',
    async () => {
      const child = spawn('docker', ['--context', 'dev', 'version', '--format', '{{.Server.Version}}'], {
        env: berth.environment,
      });

      expect(await finished(child)).toMatchObject({ code: 0 });
      expect(await berth.ok('ls', '--format', '{{.Name}} {{.State}} {{.URL}}')).toBe(
        `dev Running unix://${socket()}\n`,
      );
    },
    MINUTES,
  );

  it(
    'serves 50 clients at once through one connection',
    async () => {
      await docker(['import', '-', 'busybox'], busyboxImage());
      await docker([
        'run',
        '-d',
        '--name',
        'ticker',
        'busybox',
        '/bin/busybox',
        'sh',
        '-c',
        'while :; do echo tick; /bin/busybox sleep 1; done',
      ]);
      const followers = Array.from({ length: 50 }, () =>
        spawn('docker', ['logs', '-f', 'ticker'], {
          env: { ...berth.environment, DOCKER_HOST: `unix://${socket()}` },
          stdio: ['ignore', 'pipe', 'ignore'],
        }),
      );
      await Promise.all(followers.map((follower) => once(follower.stdout, 'data')));
      const sshd = await sh('sh', '-c', `ss -Htn state established dst ${address()}:22 | wc -l`);
      for (const follower of followers) follower.kill();

      expect(sshd.trim()).toBe('1');
      expect(await tunnels()).toBe(1);
    },
    2 * MINUTES,
  );

  it(
    'carries what has an input, an output and a terminal of its own',
    async () => {
      const piped = await docker(['run', '-i', '--rm', 'busybox', '/bin/busybox', 'wc', '-c'], 'x'.repeat(3 << 20));
      const executed = await docker(['exec', '-i', 'ticker', '/bin/busybox', 'cat'], 'to and fro');
      const terminal = await finished(
        spawn('script', ['-qec', 'docker exec -it ticker /bin/busybox tty', '/dev/null'], {
          env: { ...berth.environment, DOCKER_HOST: `unix://${socket()}`, TERM: 'xterm' },
          stdio: ['ignore', 'pipe', 'pipe'],
        }),
      );
      const copied = await docker(['cp', 'ticker:/bin/busybox', '-']);

      expect(piped).toMatchObject({ code: 0, stdout: `${3 << 20}\n` });
      expect(executed).toMatchObject({ code: 0, stdout: 'to and fro' });
      // script(1) types the end of its own input in, which the terminal may echo.
      expect(terminal.stdout).toMatch(/\/dev\/pts\/\d+\r?\n/);
      expect(copied.stdout.length).toBeGreaterThan(500_000);
    },
    2 * MINUTES,
  );

  it(
    'comes back after the engine was restarted, and after the connection was lost',
    async () => {
      await onHost('systemctl', 'restart', 'docker');
      const restarted = await docker(['ps', '--format', '{{.Names}}']);
      await onHost('sh', '-c', '"pkill -f [s]shd:.*root || true"').catch(() => '');
      const reconnected = await docker(['ps', '--format', '{{.Names}}']);

      expect(restarted).toMatchObject({ code: 0, stdout: 'ticker\n' });
      expect(reconnected).toMatchObject({ code: 0, stdout: 'ticker\n' });
    },
    2 * MINUTES,
  );

  it(
    'is served again by whatever asks for it when its process was killed',
    async () => {
      const pid = (await sh('pgrep', '-f', `tunnel.*${berth.store}`)).trim();
      process.kill(Number(pid), 'SIGKILL');

      const { code, stdout } = await berth.docker('dev', ['ps', '--format', '{{.Names}}']);

      expect({ code, stdout }).toEqual({ code: 0, stdout: 'ticker\n' });
      expect(await tunnels()).toBe(1);
    },
    MINUTES,
  );

  it(
    'goes over to TLS and back while a container keeps running',
    async () => {
      const pid = (await docker(['inspect', '-f', '{{.State.Pid}}', 'ticker'])).stdout;
      await berth.ok('transport', 'dev', 'tls');
      const overTls = await berth.docker('dev', ['inspect', '-f', '{{.State.Pid}}', 'ticker']);
      const [port, left] = [await listening(), existsSync(socket())];
      await berth.ok('transport', 'dev', 'ssh');
      const overSsh = await docker(['inspect', '-f', '{{.State.Pid}}', 'ticker']);

      expect([overTls.stdout, overSsh.stdout]).toEqual([pid, pid]);
      expect([port, left, await listening()]).toEqual([true, false, false]);
      expect(await berth.ok('transport', 'dev', 'ssh')).toBe('Machine "dev" needed nothing.\n');
    },
    2 * MINUTES,
  );

  it(
    'is found by ssh under its name, and by the docker client after it was off',
    async () => {
      const config = join(berth.home, '.ssh/config');
      await berth.ok('ssh-config', '--install');
      await berth.ok('stop', 'dev');
      const refused = await docker(['ps']);
      await berth.ok('start', 'dev');
      const found = await docker(['--context', 'dev', 'ps', '-a', '--format', '{{.Names}}']);

      expect(refused.stderr).toMatch(/cannot reach root@[\d.]+:22 over SSH/);
      expect(found).toMatchObject({ code: 0, stdout: 'ticker\n' });
      expect(await sh('ssh', '-F', config, 'dev', 'hostname')).toBe('dev\n');
    },
    2 * MINUTES,
  );

  it(
    'leaves neither process nor context when the machine is removed',
    async () => {
      await berth.ok('rm', '-f', 'dev');
      for (let tries = 0; tries < 25 && (await tunnels()) > 0; tries += 1) await setTimeout(200);

      expect(await tunnels()).toBe(0);
      expect(await finished(spawn('docker', ['context', 'ls', '-q'], { env: berth.environment }))).toMatchObject({
        stdout: 'default\n',
      });
    },
    MINUTES,
  );
});
