import { execFileSync, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fingerprint, generateKeyPair } from '../../src/host/keys.js';
import { freePort } from '../helpers/engine.js';
import { failureOf } from '../helpers/failure.js';
import { hostFolder } from '../helpers/host-folder.js';
import { sshServer } from '../helpers/ssh-server.js';
import { until } from '../helpers/until.js';
import { publicKeyOf } from '../helpers/public-key.js';

const LIKELY = (users: string) => `Log in as the user the image expects: ${users} …`;

describe('connect', () => {
  it('logs in with the key and runs commands over one connection', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer({ answers: { 'uname -s': { stdout: 'Linux\n' } } });
    await using host = await folder.connect(server);

    const first = await host.run(['uname', '-s']);
    await host.run(['uname', '-s']);

    expect(first).toEqual({ stdout: 'Linux\n', stderr: '' });
    expect(host.exchanges).toBe(2);
    expect(server.connections).toBe(1);
    expect(server.logins).toEqual([
      { user: 'root', method: 'publickey', key: folder.key.publicKey.split(' ').slice(0, 2).join(' '), accepted: true },
    ]);
    expect(await readFile(folder.knownHostsPath, 'utf8')).toBe(`[127.0.0.1]:${server.port} ${server.hostKey}\n`);
  });

  it('closes the connection at the end of its scope', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer();
    const host = await folder.connect(server);

    await host[Symbol.asyncDispose]();
    await host[Symbol.asyncDispose]();

    expect(await failureOf(host.run(['true']))).toMatchObject({
      code: 'HostUnreachable',
      message: 'lost the connection to web-1',
    });
  });

  it('refuses a host whose key changed, at once', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer();
    await (await folder.connect(server))[Symbol.asyncDispose]();
    const before = server.hostKey;
    server.set({ hostKey: generateKeyPair('other') });

    const error = await failureOf(folder.connect(server, { retry: true, withinMs: 60_000 }));

    expect(error).toMatchObject({
      code: 'HostKeyChanged',
      message: `the host key of "web-1" changed from ${fingerprint(before)} to ${fingerprint(server.hostKey)}`,
    });
    expect(server.connections).toBe(2);
    expect(server.logins).toHaveLength(1);
  });

  it('waits for a host that is not up yet, and tells where it is stuck', async () => {
    await using folder = await hostFolder();
    const port = await freePort();
    const stages: string[] = [];
    const reaching = folder.connect(
      { host: '127.0.0.1', port },
      {
        retry: true,
        onStage: (stage) => stages.push(stage),
      },
    );
    await until(() => stages.length > 0);

    await using server = await sshServer({ port });
    await using host = await reaching;

    expect((await host.run(['echo', 'up'])).stdout).toBe('up\n');
    expect(stages).toEqual(['connection refused']);
    expect(server.connections).toBe(1);
  });

  it('says what it was stuck at when the limit is over', async () => {
    await using folder = await hostFolder();
    const port = await freePort();

    const error = await failureOf(folder.connect({ host: '127.0.0.1', port }, { retry: true, withinMs: 300 }));

    expect(error).toMatchObject({
      code: 'HostUnreachable',
      message: `cannot reach root@127.0.0.1:${port} over SSH within 0.3 s: connection refused`,
      suggestions: ['Check that sshd runs on the host and that the port is right'],
    });
  });

  it('makes one attempt when told not to retry', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer({ closeEarly: true });

    const error = await failureOf(folder.connect(server));

    expect(error).toMatchObject({
      code: 'HostUnreachable',
      message: `cannot reach root@127.0.0.1:${server.port} over SSH: no SSH banner`,
    });
    expect(server.connections).toBe(1);
  });

  it('is not held up by a server that says nothing', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer({ silent: true });
    const stages: string[] = [];

    const error = await failureOf(
      folder.connect(server, { retry: true, withinMs: 1_000, onStage: (stage) => stages.push(stage) }),
    );

    expect(error).toMatchObject({
      code: 'HostUnreachable',
      message: `cannot reach root@127.0.0.1:${server.port} over SSH within 1 s: no SSH banner`,
    });
    expect(stages).toEqual(['no SSH banner']);
  });

  it('takes something that is no SSH server for what it is', async () => {
    await using folder = await hostFolder();
    const web = createServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    const { port } = web.address() as AddressInfo;

    const error = await failureOf(folder.connect({ host: '127.0.0.1', port }));
    web.close();

    expect(error).toMatchObject({
      code: 'HostUnreachable',
      message: `cannot reach root@127.0.0.1:${port} over SSH: no SSH banner`,
    });
  });

  it('reaches a slow server', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer({ delayMs: 300, answers: () => ({ stdout: 'slow', delayMs: 200 }) });
    await using host = await folder.connect(server, { retry: true });

    expect((await host.run(['true'])).stdout).toBe('slow');
    expect(server.connections).toBe(1);
  });

  it('knows a name that leads nowhere', async () => {
    await using folder = await hostFolder();

    const error = await failureOf(folder.connect({ host: 'no-such-host.invalid', port: 22 }));

    expect(error).toMatchObject({
      code: 'HostUnreachable',
      message: 'cannot reach root@no-such-host.invalid:22 over SSH: its name is not known',
      suggestions: ['Check the name, or give the address itself'],
    });
  });

  it('stops when it is cancelled', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer({ silent: true });
    const controller = new AbortController();
    const reaching = failureOf(folder.connect(server, { retry: true, signal: controller.signal }));
    await until(() => server.connections > 0);

    controller.abort();

    expect(await reaching).toMatchObject({ code: 'Cancelled', message: 'interrupted' });
  });
});

describe('a login', () => {
  it('that is refused names the key and likely users', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer({ refuseLogins: true });

    const error = await failureOf(folder.connect(server));

    expect(error).toMatchObject({
      code: 'LoginRefused',
      message: `root@127.0.0.1:${server.port} refused the login: tried key "${folder.keyPath}"`,
      suggestions: [
        LIKELY('debian, ubuntu, admin, ec2-user'),
        'Check that the public key stands in ~root/.ssh/authorized_keys on the host',
      ],
    });
    expect(server.logins.map(({ method }) => method)).toEqual(['publickey', 'none']);
  });

  it('is tried again while a booting host has not got the key yet', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer({ refuseLogins: true });
    const reaching = folder.connect(server, { retry: true });
    await until(() => server.connections > 1);

    server.set({ refuseLogins: false });
    await using host = await reaching;

    expect(host.target.user).toBe('root');
  });

  it('keeps the refusal as the answer when the limit is over', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer({ refuseLogins: true });

    const error = await failureOf(folder.connect(server, { retry: true, withinMs: 300 }));

    expect(error).toMatchObject({ code: 'LoginRefused' });
    expect(server.connections).toBeGreaterThan(1);
  });

  it('without any key says so', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer();
    const { keyPath: _none, ...request } = folder.request(server, { homeFolder: folder.path });

    const error = await failureOf((await import('../../src/host/ssh.js')).connect(request));

    expect(error).toMatchObject({
      code: 'LoginRefused',
      message: `root@127.0.0.1:${server.port} refused the login: there was no key to try`,
    });
  });

  it("takes the user's own identities when no key is named", async () => {
    await using folder = await hostFolder();
    await mkdir(join(folder.path, '.ssh'));
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'pem', type: 'pkcs1' });
    await writeFile(join(folder.path, '.ssh', 'id_rsa'), rsa);
    await using server = await sshServer({ allowedKeys: [publicKeyOf(rsa.toString())] });
    const { keyPath: _none, ...request } = folder.request(server, { homeFolder: folder.path });
    await using host = await (await import('../../src/host/ssh.js')).connect(request);

    expect((await host.run(['echo', 'in'])).stdout).toBe('in\n');
  });

  it('needs a key file that is there', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer();
    await rm(folder.keyPath);

    const error = await failureOf(folder.connect(server));

    expect(error).toMatchObject({ code: 'KeyUnusable', message: `there is no private key "${folder.keyPath}"` });
  });

  it('needs a key file that holds a key', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer();
    await writeFile(folder.keyPath, 'nothing');

    const error = await failureOf(folder.connect(server));

    expect(error).toMatchObject({ code: 'KeyUnusable', message: `"${folder.keyPath}" holds no usable private key` });
  });
});

describe('a key with a passphrase', () => {
  const locked = () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    return privateKey.export({ format: 'pem', type: 'pkcs1', cipher: 'aes-128-cbc', passphrase: 'open sesame' });
  };

  it('asks for it once', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer();
    await writeFile(folder.keyPath, locked());
    const asked: string[] = [];
    const askPassphrase = async (path: string) => {
      asked.push(path);
      return 'open sesame';
    };
    await using host = await folder.connect(server, { askPassphrase });

    expect((await host.run(['echo', 'in'])).stdout).toBe('in\n');
    expect(asked).toEqual([folder.keyPath]);
  });

  it('says when it is the wrong one', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer();
    await writeFile(folder.keyPath, locked());

    const error = await failureOf(folder.connect(server, { askPassphrase: async () => 'wrong' }));

    expect(error).toMatchObject({
      code: 'KeyUnusable',
      message: `the passphrase does not open the private key "${folder.keyPath}"`,
    });
  });

  it('names the agent as the way out where nobody can be asked', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer();
    await writeFile(folder.keyPath, locked());

    const error = await failureOf(folder.connect(server));

    expect(error).toMatchObject({
      code: 'KeyUnusable',
      message: `the private key "${folder.keyPath}" needs a passphrase`,
      suggestions: [
        `ssh-add ${folder.keyPath}`,
        'Run the command on a terminal, where the passphrase can be asked for',
      ],
    });
  });
});

const AGENT = '/usr/bin/ssh-agent';
(existsSync(AGENT) ? describe : describe.skip)('an agent', () => {
  it('logs in with the keys it holds, and counts among what was tried', async () => {
    await using folder = await hostFolder();
    const agentPath = join(folder.path, 'agent');
    const agent = spawn(AGENT, ['-D', '-a', agentPath], { stdio: 'ignore' });
    await until(() => existsSync(agentPath));
    const held = generateKeyPair('held');
    await writeFile(join(folder.path, 'held'), held.privateKey, { mode: 0o600 });
    execFileSync('/usr/bin/ssh-add', [join(folder.path, 'held')], {
      env: { SSH_AUTH_SOCK: agentPath },
      stdio: 'ignore',
    });
    await using server = await sshServer({ allowedKeys: [held.publicKey] });
    await using host = await folder.connect(server, { agentPath });

    const output = await host.run(['echo', 'in']);
    server.set({ refuseLogins: true });
    const error = await failureOf(folder.connect(server, { agentPath }));
    agent.kill();

    expect(output.stdout).toBe('in\n');
    expect(error).toMatchObject({
      message: `root@127.0.0.1:${server.port} refused the login: tried key "${folder.keyPath}" and 1 key of the agent`,
    });
  });

  it('that is gone does not matter where there is a key', async () => {
    await using folder = await hostFolder();
    await using server = await sshServer();
    await using host = await folder.connect(server, { agentPath: join(folder.path, 'gone') });

    expect((await host.run(['echo', 'in'])).stdout).toBe('in\n');
  });
});
