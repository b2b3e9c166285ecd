import { jest } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { generateKeyPair } from '../../src/host/keys.js';
import { connect } from '../../src/host/ssh.js';
import { freePort } from '../helpers/engine.js';
import { failureOf } from '../helpers/failure.js';
import { hostFolder, type HostFolder } from '../helpers/host-folder.js';
import { until } from '../helpers/until.js';
import { publicKeyOf } from '../helpers/public-key.js';

// Each command costs a real sshd a login shell.
jest.setTimeout(60_000);

const SSHD = '/usr/sbin/sshd';
const withSshd = existsSync(SSHD) ? describe : describe.skip;
if (!existsSync(SSHD)) process.stderr.write('the tests against a real sshd are skipped: /usr/sbin/sshd is missing\n');

/** OpenSSH's own server on a high port of 127.0.0.1, for the user who runs the tests. */
async function realSshd(folder: HostFolder, more = ''): Promise<{ port: number; hostKey: string } & AsyncDisposable> {
  const port = await freePort();
  const path = (name: string) => join(folder.path, name);
  const hostKey = generateKeyPair('host');
  await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  await writeFile(path('host_key'), hostKey.privateKey, { mode: 0o600 });
  await writeFile(path('authorized_keys'), `${folder.key.publicKey}\n`, { mode: 0o600 });
  const config = `ListenAddress 127.0.0.1:${port}\nHostKey ${path('host_key')}\nPidFile none\nUsePAM no
StrictModes no\nAuthorizedKeysFile ${path('authorized_keys')}\n${more}`;
  await writeFile(path('sshd_config'), config);
  const sshd: ChildProcess = spawn(SSHD, ['-D', '-e', '-f', path('sshd_config')], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => sshd.once('close', () => resolve()));
  return {
    port,
    hostKey: hostKey.publicKey,
    [Symbol.asyncDispose]: async () => {
      sshd.kill();
      await ended;
    },
  };
}

async function reach(folder: HostFolder, port: number) {
  const target = { host: '127.0.0.1', port, user: userInfo().username };
  return connect(folder.request(target, { target, retry: true }));
}

withSshd("OpenSSH's own sshd", () => {
  it('is waited for, logged in to with our key, and its key is pinned', async () => {
    await using folder = await hostFolder();
    await using sshd = await realSshd(folder);
    await using host = await reach(folder, sshd.port);

    const { stdout } = await host.run(['printf', '%s', "it's"]);

    expect(stdout).toBe("it's");
    const pinned = sshd.hostKey.split(' ').slice(0, 2).join(' ');
    expect(await readFile(folder.knownHostsPath, 'utf8')).toBe(`[127.0.0.1]:${sshd.port} ${pinned}\n`);
  });

  it('is logged in to with an RSA key, which signs with SHA-2', async () => {
    await using folder = await hostFolder();
    await using sshd = await realSshd(folder);
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    await writeFile(folder.keyPath, pem);
    await writeFile(join(folder.path, 'authorized_keys'), `${publicKeyOf(pem)}\n`);

    await using host = await reach(folder, sshd.port);

    expect((await host.run(['echo', 'in'])).stdout).toBe('in\n');
  });

  it('runs 100 commands on one connection, with its own limit of 10 sessions', async () => {
    await using folder = await hostFolder();
    await using sshd = await realSshd(folder);
    await using host = await reach(folder, sshd.port);

    const outputs = await Promise.all(Array.from({ length: 100 }, (_, i) => host.run(['echo', `${i}`])));

    expect(outputs.map(({ stdout }) => stdout)).toEqual(Array.from({ length: 100 }, (_, i) => `${i}\n`));
    // sshd may count a session for a moment after it has closed it, and refuse the next, which is asked for again.
    expect(host.exchanges).toBeLessThan(120);
  });

  it('runs them with a lower limit too', async () => {
    await using folder = await hostFolder();
    await using sshd = await realSshd(folder, 'MaxSessions 2\n');
    await using host = await reach(folder, sshd.port);

    const outputs = await Promise.all(Array.from({ length: 20 }, (_, i) => host.run(['echo', `${i}`])));

    expect(outputs.map(({ stdout }) => stdout)).toEqual(Array.from({ length: 20 }, (_, i) => `${i}\n`));
  });

  // sshd passes signals on for every user but root (its monitor cannot), so a script of root ends when it next prints.
  it('removes what was delivered when the script is cancelled', async () => {
    await using folder = await hostFolder();
    await using sshd = await realSshd(folder);
    await using host = await reach(folder, sshd.port);
    const controller = new AbortController();
    const lines: string[] = [];
    const script = { path: 'slow.sh', content: 'pwd; while echo running; do sleep 0.05; done', mode: 0o600 };
    const running = failureOf(
      host.deliver([script], 'slow.sh', { signal: controller.signal, onLine: (line) => lines.push(line) }),
    );
    await until(() => lines.length > 1);

    controller.abort();

    expect(await running).toMatchObject({ code: 'Cancelled' });
    await until(() => !existsSync(lines[0] ?? ''));
  });

  it('copies a large bundle and delivers it', async () => {
    await using folder = await hostFolder();
    await using sshd = await realSshd(folder);
    await using host = await reach(folder, sshd.port);
    const localPath = join(folder.path, 'bundle');
    await writeFile(localPath, Buffer.alloc(50_000_000, 'b'));

    const { stdout } = await host.deliver(
      [
        { path: 'bundle', content: { localPath }, mode: 0o644 },
        { path: 'run.sh', content: 'wc -c <bundle', mode: 0o600 },
      ],
      'run.sh',
    );
    await host.download(localPath, join(folder.path, 'copy'));

    expect(stdout.trim()).toBe('50000000');
    expect((await readFile(join(folder.path, 'copy'))).equals(await readFile(localPath))).toBe(true);
  });

  it('lets a script run before the delivery that waits for it, however few sessions it allows', async () => {
    await using folder = await hostFolder();
    await using sshd = await realSshd(folder, 'MaxSessions 1\n');
    await using host = await reach(folder, sshd.port);
    const looked = host.runScript({ name: 'look.sh', text: 'echo seen' });
    const files = looked.then(({ stdout }) => [{ path: 'run.sh', content: `echo ${stdout}`, mode: 0o600 }]);

    const { stdout } = await host.deliver(files, 'run.sh');

    expect(stdout).toBe('seen\n');
  });

  it('refuses a key it does not know', async () => {
    await using folder = await hostFolder();
    await using sshd = await realSshd(folder);
    await (await reach(folder, sshd.port))[Symbol.asyncDispose]();
    await writeFile(folder.keyPath, generateKeyPair('other').privateKey);
    const target = { host: '127.0.0.1', port: sshd.port, user: 'nobody' };

    expect(await failureOf(connect(folder.request(target, { target })))).toMatchObject({
      code: 'LoginRefused',
      message: `nobody@127.0.0.1:${sshd.port} refused the login: tried key "${folder.keyPath}"`,
    });
  });
});
