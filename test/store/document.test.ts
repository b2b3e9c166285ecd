import '../helpers/realm.js';
import { readFileSync } from 'node:fs';
import { cp, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseName } from '../../src/name.js';
import { DEFAULT_ENGINE } from '../../src/record.js';
import { testFolder } from '../helpers/folder.js';
import { machine, storeAt } from './machines.js';

const WEB = parseName('web-1');

/** What 0.16.2 wrote for a generic machine, in a store at this place. */
function golden(base: string): string {
  const path = fileURLToPath(new URL('golden/docker-machine-0.16.2.txt', import.meta.url));
  return readFileSync(path, 'utf8').trimEnd().replaceAll('BASE', base);
}

async function place(base: string, text: string, name = 'web-1'): Promise<string> {
  const folder = join(base, 'machines', name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.json'), text);
  return join(folder, 'config.json');
}

/** "HostOptions.AuthOptions.CertDir", in the order they stand; what berth adds is left out. */
function keysOf(value: unknown, prefix = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value)
    .filter(([key]) => !['Berth', 'SSHHost'].includes(key))
    .flatMap(([key, inner]) => [`${prefix}${key}`, ...keysOf(inner, `${prefix}${key}.`)]);
}

describe('config.json', () => {
  it('has the keys of docker-machine 0.16.2 in its order, four blanks, and no line break at the end', async () => {
    using folder = testFolder();
    const store = storeAt(folder.path);

    await store.write(machine('web-1'));

    const text = await readFile(join(store.folder(WEB), 'config.json'), 'utf8');
    expect(keysOf(JSON.parse(text))).toEqual(keysOf(JSON.parse(golden(folder.path))));
    expect(text.startsWith('{\n    "ConfigVersion": 3,\n    "Driver": {\n        "IPAddress": "192.0.2.7",\n')).toBe(
      true,
    );
    expect(text.endsWith('}\n}')).toBe(true);
  });

  it('of docker-machine 0.16.2 comes back as it was, but for what berth adds at the end', async () => {
    using folder = testFolder();
    const store = storeAt(folder.path);
    await place(folder.path, golden(folder.path));
    await writeFile(join(store.folder(WEB), 'id_rsa'), 'a key');

    const document = await store.document(WEB);

    const [ours = '', theirs = ''] = [document, golden(folder.path)];
    const withoutOurs = ours
      .replace(/,\n {4}"Berth": \{[^]*\n {4}\}\n\}$/, '\n}')
      .replace(/,\n {8}"SSHHost": "192.0.2.7"/, '');
    expect(withoutOurs).toBe(theirs);
  });

  it('of docker-machine 0.16.2 is understood', async () => {
    using folder = testFolder();
    const store = storeAt(folder.path);
    await place(folder.path, golden(folder.path));
    await writeFile(join(store.folder(WEB), 'id_rsa'), 'a key');

    const { document: _document, id, ...found } = await store.read(WEB);

    expect(found).toEqual({
      name: 'web-1',
      driver: 'generic',
      options: {
        'ip-address': '192.0.2.7',
        'ssh-user': 'root',
        'ssh-port': 22,
        'ssh-key': '/home/alice/.ssh/id_rsa',
        'engine-port': 2376,
      },
      resource: { host: '192.0.2.7', port: 22, user: 'root' },
      phase: 'ready',
      address: '192.0.2.7',
      ssh: { user: 'root', port: 22, keyPath: store.path(WEB, 'id_rsa') },
      enginePort: 2376,
      transport: { kind: 'tls' },
      engine: {
        ...DEFAULT_ENGINE,
        opts: ['log-opt=max-size=10m'],
        env: ['HTTP_PROXY=http://192.0.2.1:3128/?a=1&b=<2>'],
        labels: ['tier=web'],
        storageDriver: 'overlay2',
      },
      tlsSans: ['web.example.com'],
      createdAt: '',
    });
    expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect((await store.read(WEB)).id).toBe(id);
  });

  it('keeps a machine as it was written', async () => {
    using folder = testFolder();
    const store = storeAt(folder.path);
    const written = machine('web-1', {
      phase: 'created',
      address: '2001:db8::7',
      transport: { kind: 'ssh' },
      enginePort: 2399,
      engine: {
        opts: ['debug'],
        env: ['A=b'],
        labels: ['x=y'],
        insecureRegistries: ['192.0.2.9:5000'],
        registryMirrors: ['https://mirror.example.com'],
        storageDriver: 'btrfs',
        installUrl: 'https://example.com/install.sh',
        source: 'bundle',
        bundle: '/srv/docker.tgz',
        version: '28.2',
        installAt: 'boot',
        allow: ['192.0.2.0/24', 'caller'],
      },
      tlsSans: ['a.example.com', '192.0.2.8'],
      tlsPaths: { caCert: '/srv/ca.pem', caKey: '/srv/ca-key.pem' },
    });

    await store.write(written);
    const { document, ...found } = await store.read(WEB);

    const { document: _empty, ...expected } = written;
    expect(found).toEqual(expected);
    await store.write({ ...found, document });
    expect(JSON.parse(await store.document(WEB))).toEqual(document);
  });

  it('keeps keys that berth does not know, on every level, and numbers that JavaScript cannot hold', async () => {
    using folder = testFolder();
    const store = storeAt(folder.path);
    const text = golden(folder.path)
      .replace('"SSHKey":', '"SSHKeyPair": {"Id": 12345678901234567890, "Rate": 1e400},\n"SSHKey":')
      .replace('"Memory": 0', '"Memory": 9007199254740993, "CustomInstallScript": "x"')
      .replace('"Dns": null', '"Dns": ["192.0.2.53"], "Fork": {"a": [1, null]}')
      .replace('"Name": "web-1"', '"Name": "web-1", "Rancher": true');
    const path = await place(folder.path, text);

    await store.write(await store.read(WEB));
    await store.write({ ...(await store.read(WEB)), address: '192.0.2.8' });

    const written = await readFile(path, 'utf8');
    expect(written).toContain('"Id": 12345678901234567890');
    expect(written).toContain('"Memory": 9007199254740993');
    const parsed = JSON.parse(written) as Record<string, Record<string, Record<string, unknown>>>;
    expect(parsed).toMatchObject({
      Driver: { IPAddress: '192.0.2.8', SSHKeyPair: {} },
      HostOptions: { CustomInstallScript: 'x', EngineOptions: { Dns: ['192.0.2.53'], Fork: { a: [1, null] } } },
      Rancher: true,
    });
  });

  it('names its own folder wherever the store was moved', async () => {
    using folder = testFolder();
    const [before, after] = [join(folder.path, 'before'), join(folder.path, 'after')];
    await place(before, golden(before));
    await writeFile(join(before, 'machines/web-1/id_rsa'), 'a key');
    await rename(before, after);

    const found = await storeAt(after).read(WEB);
    const document = await storeAt(after).document(WEB);

    expect(found.ssh.keyPath).toBe(join(after, 'machines/web-1/id_rsa'));
    expect(found.tlsPaths).toBeUndefined();
    expect(document).not.toContain(before);
    expect(document.match(new RegExp(`"${after}`, 'g'))).toHaveLength(10);
  });

  it('gets its name from its folder', async () => {
    using folder = testFolder();
    const store = storeAt(folder.path);
    await store.write(machine('web-1'));
    await cp(store.folder(WEB), store.folder(parseName('copy')), { recursive: true });

    const copy = await store.read(parseName('copy'));

    expect(copy.name).toBe('copy');
    expect(JSON.parse(await store.document(parseName('copy')))).toMatchObject({
      Name: 'copy',
      Driver: { MachineName: 'copy' },
    });
  });
});
