import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '../../src/host/ssh.js';
import { resolveRoute } from '../../src/host/ssh-config.js';
import { fingerprint } from '../../src/host/keys.js';
import { failureOf } from '../helpers/failure.js';
import { hostFolder, type HostFolder } from '../helpers/host-folder.js';
import { sshServer } from '../helpers/ssh-server.js';

async function requestFor(folder: HostFolder, config: string, overridable: ('user' | 'port')[] = ['user', 'port']) {
  await mkdir(join(folder.path, '.ssh'), { recursive: true });
  const sshConfigPath = join(folder.path, '.ssh', 'config');
  await writeFile(sshConfigPath, config);
  const request = folder.request({ host: 'web', port: 22 }, { sshConfigPath, homeFolder: folder.path, overridable });
  return request;
}

describe('resolveRoute', () => {
  it('takes name, port, user and keys from the file for an alias', async () => {
    await using folder = await hostFolder();
    const config = 'Host web\n HostName 10.0.0.5\n Port 2222\n user deploy\n IdentityFile ~/.ssh/%h_key\n';

    expect(await resolveRoute(await requestFor(folder, config))).toEqual({
      host: '10.0.0.5',
      port: 2222,
      user: 'deploy',
      identityFiles: [join(folder.path, '.ssh', '10.0.0.5_key')],
      identitiesOnly: false,
      jumps: [],
    });
  });

  it('leaves what the user chose himself', async () => {
    await using folder = await hostFolder();
    const config = 'Host web\n HostName 10.0.0.5\n Port 2222\n User deploy\n';

    expect(await resolveRoute(await requestFor(folder, config, []))).toMatchObject({ port: 22, user: 'root' });
  });

  it('follows a chain of jump hosts, each by its own lines', async () => {
    await using folder = await hostFolder();
    const config = 'Host web\n ProxyJump inner,me@[fe80::1]:2200\nHost inner\n HostName 10.0.0.1\n ProxyJump outer\n';

    const { jumps } = await resolveRoute(await requestFor(folder, config));

    expect(jumps.map(({ host, port, user }) => `${user}@${host}:${port}`)).toEqual([
      'root@outer:22',
      'root@10.0.0.1:22',
      'me@fe80::1:2200',
    ]);
  });

  it('refuses jump hosts in a circle', async () => {
    await using folder = await hostFolder();
    const request = await requestFor(folder, 'Host a\n ProxyJump web\nHost web\n ProxyJump a\n');

    expect(await failureOf(resolveRoute(request))).toMatchObject({
      code: 'BadOption',
      message: 'the jump hosts of "web" go round in a circle',
    });
  });

  it('reads included files', async () => {
    await using folder = await hostFolder();
    const request = await requestFor(folder, 'Include conf.d/*.conf\nHost *\n User last\n');
    await mkdir(join(folder.path, '.ssh', 'conf.d'));
    await writeFile(join(folder.path, '.ssh', 'conf.d', 'a.conf'), 'Host web\n User first\n');

    expect(await resolveRoute(request)).toMatchObject({ user: 'first' });
  });

  it('does without a file that is not there', async () => {
    await using folder = await hostFolder();
    const request = folder.request({ host: 'web', port: 22 }, { sshConfigPath: join(folder.path, 'none') });

    expect(await resolveRoute(request)).toMatchObject({ host: 'web', port: 22, user: 'root' });
  });
});

describe('connect through a jump host', () => {
  async function throughJump(folder: HostFolder, jumpPort: number, targetPort: number) {
    await mkdir(join(folder.path, '.ssh'), { recursive: true });
    await writeFile(join(folder.path, '.ssh', 'id_ed25519'), folder.key.privateKey, { mode: 0o600 });
    const config = `Host web\n HostName 127.0.0.1\n Port ${targetPort}\n ProxyJump me@127.0.0.1:${jumpPort}\n`;
    return requestFor(folder, config);
  }

  it('logs in to both, and opens nothing else to the host', async () => {
    await using folder = await hostFolder();
    await using jump = await sshServer();
    await using server = await sshServer();
    const request = await throughJump(folder, jump.port, server.port);
    await writeFile(join(folder.path, '.ssh', 'known_hosts'), `[127.0.0.1]:${jump.port} ${jump.hostKey}\n`);
    await using host = await connect(request);

    expect((await host.run(['echo', 'through'])).stdout).toBe('through\n');
    expect(jump.logins.map(({ user }) => user)).toContain('me');
    expect(jump.commands).toEqual([]);
    expect(server.connections).toBe(1);
  });

  it('does not trust a jump host it does not know', async () => {
    await using folder = await hostFolder();
    await using jump = await sshServer();
    await using server = await sshServer();
    const request = await throughJump(folder, jump.port, server.port);

    const error = await failureOf(connect(request));

    expect(error).toMatchObject({
      code: 'HostKeyChanged',
      message: 'the host key of the jump host "127.0.0.1" is not known',
      suggestions: [
        `ssh -p ${jump.port} 127.0.0.1 true`,
        `Compare the fingerprint that ssh shows with ${fingerprint(jump.hostKey)}`,
      ],
    });
    expect(jump.logins).toEqual([]);
    expect(server.connections).toBe(0);
  });

  it('says when the jump host cannot reach the host', async () => {
    await using folder = await hostFolder();
    await using jump = await sshServer();
    const request = await throughJump(folder, jump.port, 1);
    await writeFile(join(folder.path, '.ssh', 'known_hosts'), `[127.0.0.1]:${jump.port} ${jump.hostKey}\n`);

    expect(await failureOf(connect(request))).toMatchObject({
      code: 'HostUnreachable',
      message: 'cannot reach root@127.0.0.1:1 over SSH: the jump host does not let us through',
    });
  });
});

it("connects through the user's ProxyCommand", async () => {
  await using folder = await hostFolder();
  await using server = await sshServer();
  const script = `process.stdin.pipe(require('net').connect(%p,'127.0.0.1')).pipe(process.stdout)`;
  const config = `Host web\n Port ${server.port}\n ProxyCommand '${process.execPath}' -e "${script}"\n`;
  await using host = await connect(await requestFor(folder, config));

  expect((await host.run(['echo', 'through'])).stdout).toBe('through\n');
});
