import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Berth } from './support/berth.js';
import { describeReal } from './support/needs.js';
import { bootServer, type Server } from './support/server.js';

const MINUTES = 60_000;

describeReal('a machine that is handed to another computer', () => {
  const here = new Berth();
  const there = new Berth();
  const archive = join(here.home, 'machines.berth');
  let server: Server;

  beforeAll(async () => {
    for (const { environment } of [here, there]) environment['BERTH_PASSPHRASE'] = 'correct horse battery';
    server = await bootServer('handed', { packages: ['docker.io'] });
    await here.ok(
      ...[
        'create',
        '-d',
        'generic',
        '--generic-ip-address',
        server.address,
        '--generic-ssh-key',
        server.keyPath,
        'web',
      ],
    );
  }, 10 * MINUTES);

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    here[Symbol.dispose]();
    there[Symbol.dispose]();
  });

  it(
    'is in an archive that nobody can read, with a login key that its host was told of',
    async () => {
      const before = await server.sh('cat /root/.ssh/authorized_keys');

      const exported = await here.ok('export', 'web', '-o', archive);

      const after = await server.sh('cat /root/.ssh/authorized_keys');
      expect(exported).toBe('web\n');
      expect(after.startsWith(before)).toBe(true);
      expect(after.slice(before.length)).toMatch(/^ssh-ed25519 \S+ web exported by tester\n$/);
      expect(readFileSync(archive).includes('PRIVATE KEY')).toBe(false);
    },
    MINUTES,
  );

  it(
    'is logged in to, and its engine answers the real docker client, with secrets of the archive alone',
    async () => {
      const imported = await there.ok('import', archive);
      const own = (await server.sh('cat /root/.ssh/authorized_keys')).trim().split('\n').at(-1) ?? '';
      // From now on the first computer's login key opens nothing.
      await server.sh(`cp /root/.ssh/authorized_keys /root/before && echo '${own}' > /root/.ssh/authorized_keys`);

      const loggedIn = await there.run('ssh', 'web', 'cat', '/root/before');
      const refused = await here.run('ssh', 'web', 'true');
      const version = await there.docker('web', ['version', '--format', '{{.Server.Version}}']);

      expect(imported).toBe('web\n');
      expect(loggedIn).toMatchObject({ code: 0, stderr: '' });
      expect(loggedIn.stdout).toContain(own);
      expect(refused.code).not.toBe(0);
      expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+/) as string });
      expect(await there.ok('ls', '--format', '{{.Name}} {{.DriverName}} {{.State}}')).toBe('web generic Running\n');
    },
    MINUTES,
  );

  it('has a client certificate of its own, from the same authority', () => {
    const read = (berth: Berth, file: string): X509Certificate =>
      new X509Certificate(readFileSync(join(berth.store, 'machines/web', file)));

    const [mine, theirs] = [read(here, 'cert.pem'), read(there, 'cert.pem')];

    expect(theirs.serialNumber).not.toBe(mine.serialNumber);
    expect(theirs.publicKey.equals(mine.publicKey)).toBe(false);
    expect(theirs.subject).toMatch(/^CN=tester\.\\?<export\\?>$/m);
    expect(theirs.verify(read(here, 'ca.pem').publicKey)).toBe(true);
  });
});
