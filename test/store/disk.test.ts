import '../helpers/realm.js';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseClusterName } from '../../src/cluster-name.js';
import { parseName } from '../../src/name.js';
import { DEFAULT_ENGINE } from '../../src/record.js';
import { openClusters } from '../../src/store/clusters.js';
import type { CertificateMaker, MachineFile } from '../../src/store/store.js';
import { testCertificates } from '../helpers/certificates.js';
import { failureOf, told } from '../helpers/failure.js';
import { testFolder } from '../helpers/folder.js';
import { machine, storeAt } from './machines.js';

const WEB = parseName('web-1');

let maker: CertificateMaker;
beforeAll(async () => {
  const { authority, client } = await testCertificates();
  maker = { createAuthority: async () => authority, issueClient: async () => client, flaw: () => undefined };
});

/** "0700 machines/web-1/", sorted. */
async function modesBelow(base: string, prefix = ''): Promise<string[]> {
  const lines: string[] = [];
  for (const entry of (await readdir(join(base, prefix))).sort()) {
    const path = prefix === '' ? entry : `${prefix}/${entry}`;
    const found = await stat(join(base, path));
    const mode = (found.mode & 0o7777).toString(8).padStart(4, '0');
    lines.push(`${mode} ${path}${found.isDirectory() ? '/' : ''}`);
    if (found.isDirectory()) lines.push(...(await modesBelow(base, path)));
  }
  return lines;
}

describe('the store on disk', () => {
  it.each([0o022, 0o000, 0o077])("has docker-machine's layout and modes under the umask %o", async (umask) => {
    using folder = testFolder();
    const store = storeAt(join(folder.path, 'deep/base'));
    const before = process.umask(umask);

    try {
      await store.ensureCertificates(maker);
      await store.write(machine('web-1'));
      await store.writeSecrets(WEB, { 'access-token': 'hidden' });
      const files: MachineFile[] = ['ca.pem', 'cert.pem', 'key.pem', 'server.pem', 'server-key.pem'];
      const keys: MachineFile[] = ['id_rsa', 'id_rsa.pub', 'known_hosts', 'ssh_host_key', 'ssh_host_key.pub'];
      for (const file of [...files, ...keys]) await store.writeFile(WEB, file, file);
      await store.locked(WEB, async () => {});
    } finally {
      process.umask(before);
    }

    expect(await modesBelow(store.base)).toEqual([
      '0700 certs/',
      '0600 certs/ca-key.pem',
      '0644 certs/ca.pem',
      '0644 certs/cert.pem',
      '0600 certs/key.pem',
      '0700 locks/',
      '0700 machines/',
      '0700 machines/web-1/',
      '0644 machines/web-1/ca.pem',
      '0644 machines/web-1/cert.pem',
      '0600 machines/web-1/config.json',
      '0600 machines/web-1/id_rsa',
      '0600 machines/web-1/id_rsa.pub',
      '0600 machines/web-1/key.pem',
      '0600 machines/web-1/known_hosts',
      '0600 machines/web-1/secrets.json',
      '0600 machines/web-1/server-key.pem',
      '0644 machines/web-1/server.pem',
      '0600 machines/web-1/ssh_host_key',
      '0600 machines/web-1/ssh_host_key.pub',
    ]);
    expect((await stat(store.base)).mode & 0o777).toBe(0o700);
  });

  it('is not there before the first write', async () => {
    using folder = testFolder();
    const store = storeAt(join(folder.path, 'base'));

    const found = await Promise.all([store.list(), store.exists(WEB), store.secrets(WEB), store.certificates()]);

    expect(found).toEqual([[], false, {}, undefined]);
    expect(await store.readFile(WEB, 'ca.pem')).toBeUndefined();
    expect(existsSync(store.base)).toBe(false);
  });

  it('lists machines in natural order and nothing else', async () => {
    using folder = testFolder();
    const store = storeAt(folder.path);
    const folders = ['m10', 'm2', 'M1', 'web-1', '.trash', 'no name', 'x'.repeat(254), 'b.example.com'];
    for (const name of folders) await mkdir(join(folder.path, 'machines', name), { recursive: true });
    await writeFile(join(folder.path, 'machines', 'a-file'), '');

    const names = await store.list();

    expect(names).toEqual(['b.example.com', 'M1', 'm2', 'm10', 'web-1']);
  });

  it('removes a machine with everything in its folder, and what is already gone', async () => {
    using folder = testFolder();
    const store = storeAt(folder.path);
    await store.write(machine('web-1'));
    await store.write(machine('web-2'));
    await mkdir(join(store.folder(WEB), 'disk'));
    await writeFile(join(store.folder(WEB), 'disk/disk.img'), '');

    await store.remove(WEB);
    await store.remove(WEB);

    expect(await store.list()).toEqual(['web-2']);
    expect(await store.exists(WEB)).toBe(false);
  });

  it('says which machine is not there', async () => {
    using folder = testFolder();

    const failure = await failureOf(storeAt(folder.path).read(WEB));

    expect(told(failure)).toEqual({ code: 'MachineNotFound', message: 'no machine is called "web-1"', exitCode: 2 });
    expect(failure.suggestions).toEqual(['berth ls', 'berth create web-1']);
  });

  it('says where a cluster is taken for a machine', async () => {
    using folder = testFolder();
    await openClusters(folder.path).write(parseClusterName('web-1'), '{}');

    const failure = await failureOf(storeAt(folder.path).read(WEB));

    expect(told(failure).message).toBe('"web-1" is a cluster, not a machine');
    expect(failure.suggestions).toEqual(['berth swarm status web-1', 'berth env --swarm web-1']);
  });
});

const BROKEN: readonly (readonly [string, string | undefined, string])[] = [
  ['not there', undefined, 'it has no config.json'],
  ['empty', '', 'config.json is not JSON'],
  ['cut off', '{"ConfigVersion": 3, "Driver": {', 'config.json is not JSON'],
  ['binary', '\u0000\u0001\ufffd', 'config.json is not JSON'],
  ['a list', '[]', 'config.json holds no object'],
  ['null', 'null', 'config.json holds no object'],
  ['of the future', '{"ConfigVersion": 4, "DriverName": "generic"}', 'its version 4 is newer than 3'],
  ['without a driver', '{"ConfigVersion": 3}', 'it names no driver'],
];

describe('a record that is broken', () => {
  it.each(BROKEN)('because config.json is %s is told as such', async (_what, text, fact) => {
    using folder = testFolder();
    const store = storeAt(folder.path);
    await mkdir(store.folder(WEB), { recursive: true });
    if (text !== undefined) await writeFile(join(store.folder(WEB), 'config.json'), text);

    const failure = await failureOf(store.read(WEB));

    expect(told(failure)).toEqual({
      code: 'StoreCorrupt',
      message: `cannot read the record of "web-1": ${fact}`,
      exitCode: 2,
    });
    expect(failure.suggestions).toEqual(['berth rm -f web-1']);
    expect(String(failure.cause)).toContain(store.folder(WEB));
  });

  it('is not quoted, since docker-machine kept credentials in it', async () => {
    using folder = testFolder();
    const store = storeAt(folder.path);
    await mkdir(store.folder(WEB), { recursive: true });
    const path = join(store.folder(WEB), 'config.json');
    for (const text of ['{"SecretKey": hidden}', '{"SecretKey": "hidden', '"hidden" x']) {
      await writeFile(path, text);

      const failure = await failureOf(store.read(WEB));

      expect(String(failure.cause)).toMatch(/^Error: .*config\.json( at position \d+)?$/);
    }
  });

  it('is listed, harms no other, and can be removed', async () => {
    using folder = testFolder();
    const store = storeAt(folder.path);
    await store.write(machine('good'));
    await store.write(machine('web-1'));
    await writeFile(join(store.folder(WEB), 'config.json'), '{');

    const names = await store.list();

    expect(names).toEqual(['good', 'web-1']);
    expect((await store.read(parseName('good'))).address).toBe('192.0.2.7');
    await store.remove(WEB);
    expect(await store.list()).toEqual(['good']);
  });

  it.each([
    ['fields of wrong types', { Driver: [], HostOptions: 'x', Name: 7, Berth: null }],
    [
      'wrong types further down',
      { Driver: { IPAddress: 7, SSHPort: '22' }, HostOptions: { EngineOptions: { Labels: 'x' } } },
    ],
    ['nothing but a driver', {}],
  ])('in no worse a way than by %s is read', async (_what, rest) => {
    using folder = testFolder();
    const store = storeAt(folder.path);
    await mkdir(store.folder(WEB), { recursive: true });
    const text = JSON.stringify({ ConfigVersion: 3, DriverName: 'generic', ...rest });
    await writeFile(join(store.folder(WEB), 'config.json'), text);

    const found = await store.read(WEB);

    expect(found).toMatchObject({
      name: 'web-1',
      driver: 'generic',
      phase: 'created',
      address: '',
      ssh: { user: 'root', port: 22 },
      enginePort: 2376,
      engine: DEFAULT_ENGINE,
      tlsSans: [],
    });
  });

  it('by a driver that is not there keeps all it holds', async () => {
    using folder = testFolder();
    const store = storeAt(folder.path);
    await mkdir(store.folder(WEB), { recursive: true });
    const driver = { IPAddress: '192.0.2.7', SSHUser: 'core', SSHPort: 2222, Token: 'x', Size: { Gib: 4 } };
    const text = JSON.stringify({ ConfigVersion: 3, Driver: driver, DriverName: 'plugged', HostOptions: {} });
    await writeFile(join(store.folder(WEB), 'config.json'), text);

    await store.write(await store.read(WEB));

    expect(JSON.parse(await store.document(WEB))).toMatchObject({ DriverName: 'plugged', Driver: driver });
  });
});

describe('secrets', () => {
  it('stand in a file of their own and nowhere else', async () => {
    using folder = testFolder();
    const store = storeAt(folder.path);
    await store.write(machine('web-1'));

    await store.writeSecrets(WEB, { 'access-token': 'hidden' });

    expect(await store.secrets(WEB)).toEqual({ 'access-token': 'hidden' });
    expect(await store.document(WEB)).not.toContain('hidden');
    expect(await readFile(join(store.folder(WEB), 'config.json'), 'utf8')).not.toContain('hidden');
  });

  it.each(['{"access-token": "hid', '["hidden"]', '{"access-token": {"hidden": 1}}', ''])(
    'that are broken are told as such and not shown: %s',
    async (text) => {
      using folder = testFolder();
      const store = storeAt(folder.path);
      await store.write(machine('web-1'));
      const path = join(store.folder(WEB), 'secrets.json');
      await writeFile(path, text);

      const failure = await failureOf(store.secrets(WEB));

      expect(told(failure)).toEqual({
        code: 'StoreCorrupt',
        message: `cannot read ${path}: it does not hold texts by name`,
        exitCode: 2,
      });
      expect(failure.cause).toBeUndefined();
    },
  );
});

describe('a write', () => {
  it('replaces the file as a whole and leaves nothing beside it', async () => {
    using folder = testFolder();
    const store = storeAt(folder.path);

    for (const address of ['192.0.2.1', '192.0.2.2', '']) await store.write(machine('web-1', { address }));

    expect((await store.read(WEB)).address).toBe('');
    expect(await readdir(store.folder(WEB))).toEqual(['config.json']);
  });

  it('clears away what a killed one left long ago, and nothing that is young', async () => {
    using folder = testFolder();
    const store = storeAt(folder.path);
    await mkdir(store.folder(WEB), { recursive: true });
    const [old, young] = ['config.json.tmpold', 'config.json.tmpyoung'].map((name) => join(store.folder(WEB), name));
    for (const path of [old ?? '', young ?? '']) await writeFile(path, '{');
    await utimes(old ?? '', new Date(0), new Date(0));

    await store.write(machine('web-1'));

    expect((await readdir(store.folder(WEB))).sort()).toEqual(['config.json', 'config.json.tmpyoung']);
  });

  it('never follows a link out of the store', async () => {
    using folder = testFolder();
    const store = storeAt(join(folder.path, 'base'));
    const outside = join(folder.path, 'outside.json');
    await writeFile(outside, 'not yours');
    await mkdir(store.folder(WEB), { recursive: true });
    await symlink(outside, join(store.folder(WEB), 'config.json'));

    await store.write(machine('web-1'));

    expect(await readFile(outside, 'utf8')).toBe('not yours');
    expect((await store.read(WEB)).address).toBe('192.0.2.7');
  });

  it('that cannot be made says where', async () => {
    using folder = testFolder();
    const base = join(folder.path, 'base');
    await writeFile(base, 'a file where the folder should be');
    await chmod(base, 0o644);

    const failure = await failureOf(storeAt(base).write(machine('web-1')));

    expect(told(failure)).toEqual({
      code: 'StoreUnusable',
      message: `cannot write ${base}/machines/web-1/config.json`,
      exitCode: 2,
    });
    expect(failure.cause).toMatchObject({ code: 'ENOTDIR' });
  });
});
