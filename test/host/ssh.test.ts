import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPair } from '../../src/host/keys.js';
import { connect } from '../../src/host/ssh.js';
import { sshServer } from '../helpers/ssh-server.js';

it('runs a program', async () => {
  await using server = await sshServer();
  const folder = await mkdtemp(join(tmpdir(), 'berth-'));
  const key = generateKeyPair('x');
  await writeFile(join(folder, 'id'), key.privateKey, { mode: 0o600 });
  await using host = await connect({
    target: { host: server.host, port: server.port, user: 'root' },
    keyPath: join(folder, 'id'),
    knownHostsPath: join(folder, 'known_hosts'),
    withinMs: 5000,
    retry: true,
  });
  expect(await host.run(['echo', "it's"])).toEqual({ stdout: "it's\n", stderr: '' });
});
