import '../helpers/realm.js';
import { chmodSync, lchownSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { findDriver } from '../../drivers/index.js';
import { parseName } from '../../src/name.js';
import { openStore } from '../../src/store/disk.js';
import type { Store } from '../../src/store/store.js';
import { failureOf } from '../helpers/failure.js';
import { testFolder } from '../helpers/folder.js';
import { buildStore, FORKS, VERSIONS } from './former-stores.js';

const STORES = [...VERSIONS, ...FORKS];
const NOBODY = 65534;

const open = (base: string): Store => openStore(base, { find: findDriver });

/** Path below the folder → mode, times and content. */
function treeOf(base: string): Record<string, string> {
  const paths = readdirSync(base, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    paths.map((path) => {
      const found = lstatSync(join(base, path), { bigint: true });
      const content = found.isFile() ? readFileSync(join(base, path), 'utf8') : '';
      return [path, `${(found.mode & 0o7777n).toString(8)} ${found.mtimeNs} ${found.ctimeNs} ${found.ino} ${content}`];
    }),
  );
}

/** Everything that only reads, for every machine. */
async function readEverything(store: Store): Promise<void> {
  const names = await store.list();
  for (const name of names) {
    await store.exists(name);
    await store.read(name);
    await store.document(name);
    await store.secrets(name);
    await store.readFile(name, 'ca.pem');
  }
  await store.certificates();
}

/** The store cannot be written to: nothing in it is writable, and root, whom that would not stop, reads as nobody. */
async function readOnly<T>(base: string, work: () => Promise<T>): Promise<T> {
  const isRoot = process.geteuid?.() === 0;
  const paths = ['', ...readdirSync(base, { recursive: true, encoding: 'utf8' })]
    .map((path) => join(base, path))
    .reverse();
  for (const path of paths) {
    chmodSync(path, lstatSync(path).isDirectory() ? 0o500 : 0o400);
    if (isRoot) lchownSync(path, NOBODY, NOBODY);
  }
  if (isRoot) process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
    for (const path of paths) chmodSync(path, 0o700);
  }
}

const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);

describe.each(STORES)('a store of $title', (former) => {
  it('is listed and read', async () => {
    using folder = testFolder();
    await buildStore(folder.path, former);
    const store = open(folder.path);

    const names = await store.list();

    expect(names).toEqual(Object.keys(former.machines));
    for (const name of names) {
      const found = await store.read(name);
      expect(found).toMatchObject({ name, phase: 'ready', ...former.machines[name] });
      expect(found.tlsPaths).toBeUndefined();
      expect(JSON.parse(await store.document(name))).toMatchObject({ ConfigVersion: 3, Name: name });
    }
    expect((await store.certificates())?.authority).toEqual({ certificate: 'authority', privateKey: 'authority key' });
  });

  it('is not written to by reading', async () => {
    using folder = testFolder();
    await buildStore(folder.path, former);
    const before = treeOf(folder.path);

    await readEverything(open(folder.path));

    expect(treeOf(folder.path)).toEqual(before);
  });

  it('can be read where nothing may be written', async () => {
    using folder = testFolder();
    const base = join(folder.path, 'base');
    await buildStore(base, former);
    chmodSync(folder.path, 0o755);

    const [first = parseName('none')] = await open(base).list();

    const refusal = await readOnly(base, async () => {
      await readEverything(open(base));
      return failureOf(open(base).writeSecrets(first, {}));
    });

    expect(refusal.code).toBe('StoreUnusable');
  });

  it('stays as it is, byte by byte, when what was read is written', async () => {
    using folder = testFolder();
    await buildStore(folder.path, former);
    const store = open(folder.path);
    const before = treeOf(folder.path);

    for (const name of await store.list()) await store.write(await store.read(name));

    expect(treeOf(folder.path)).toEqual(before);
  });

  it('keeps, when a machine changes, what berth does not know and what stands beside', async () => {
    using folder = testFolder();
    await buildStore(folder.path, former);
    const store = open(folder.path);
    const before = treeOf(folder.path);

    for (const name of await store.list()) await store.write({ ...(await store.read(name)), address: '192.0.2.99' });

    for (const name of await store.list()) {
      const record = JSON.parse(await readFile(join(store.folder(name), 'config.json'), 'utf8')) as unknown;
      expect(record).toMatchObject({
        ConfigVersion: 3,
        Name: name,
        Driver: { IPAddress: '192.0.2.99', StorePath: folder.path },
      });
      expect(at(record, 'HostOptions.AuthOptions.StorePath')).toBe(store.folder(name));
      for (const [path, value] of Object.entries(former.unknown[name] ?? {})) expect(at(record, path)).toEqual(value);
      expect((await store.read(name)).address).toBe('192.0.2.99');
    }
    expect(withoutRecords(treeOf(folder.path))).toEqual(withoutRecords(before));
  });

  it('works after it was moved, and its records name the new place once they are written', async () => {
    using folder = testFolder();
    const [before, after] = [join(folder.path, 'before'), join(folder.path, 'after')];
    await buildStore(before, former);
    await rename(before, after);
    const store = open(after);

    for (const name of await store.list()) {
      const found = await store.read(name);
      expect(found.tlsPaths).toBeUndefined();
      expect(found.ssh.keyPath ?? after).toContain(after);
      await store.write(found);
      await store.write({ ...found, tlsSans: ['web.example.com'] });
    }

    for (const name of await store.list()) {
      const { Driver: _driver, ...record } = JSON.parse(
        await readFile(join(store.folder(name), 'config.json'), 'utf8'),
      ) as Record<string, unknown>;
      expect(JSON.stringify(record)).not.toContain(before);
    }
  });
});

describe('a record of a former version', () => {
  it.each(VERSIONS.slice(0, 3))('of $title stands beside as it was once it is written anew', async (former) => {
    using folder = testFolder();
    await buildStore(folder.path, former);
    const store = open(folder.path);
    const name = parseName('web-1');
    const original = await readFile(join(store.folder(name), 'config.json'), 'utf8');

    for (const address of ['192.0.2.98', '192.0.2.99']) await store.write({ ...(await store.read(name)), address });

    const backup = join(store.folder(name), 'config.json.bak');
    expect(readFileSync(backup, 'utf8')).toBe(original);
    expect(lstatSync(backup).mode & 0o777).toBe(0o600);
  });
});

describe('a store of a moved version 3', () => {
  it('names its new place at the first write, whether anything else changed or not', async () => {
    using folder = testFolder();
    const [before, after] = [join(folder.path, 'before'), join(folder.path, 'after')];
    const former = VERSIONS.find(({ title }) => title === 'version 3');
    if (!former) throw new Error('no such store');
    await buildStore(before, former);
    await rename(before, after);
    const store = open(after);
    const name = parseName('web-1');

    await store.write(await store.read(name));

    expect(await readFile(join(store.folder(name), 'config.json'), 'utf8')).not.toContain(before);
  });
});

/** Without what a write may touch: the records, and the folders' times. */
function withoutRecords(tree: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tree).filter(([path, text]) => !/config\.json/.test(path) && !/^7\d\d /.test(text)),
  );
}
