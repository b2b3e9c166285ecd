import '../helpers/realm.js';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseName } from '../../src/name.js';
import { DEFAULT_ENGINE } from '../../src/record.js';
import { failureOf, told } from '../helpers/failure.js';
import { testFolder } from '../helpers/folder.js';
import { machine, storeAt } from './machines.js';

const WEB = parseName('web-1');
const SHOP = parseName('shop-1');

describe('what berth keeps for the care of a machine', () => {
  it('survives a write and a read, under the key of its own', async () => {
    using folder = testFolder();
    const store = storeAt(folder.path);
    const settings = { 'log-opts': { 'max-size': '10m' }, debug: true, 'max-concurrent-uploads': null };
    const care = {
      formerName: SHOP,
      labels: { team: 'shop', empty: '' },
      note: 'asks for Ada\nbefore a reboot',
      end: { idleSeconds: 7200, ttlSeconds: 28_800 },
      engine: { ...DEFAULT_ENGINE, settings },
    };

    await store.write(machine('web-1', care));

    expect(await store.read(WEB)).toMatchObject(care);
    const text = await readFile(join(store.folder(WEB), 'config.json'), 'utf8');
    expect((JSON.parse(text) as { Berth: object }).Berth).toMatchObject({
      EngineSettings: settings,
      FormerName: 'shop-1',
      Labels: { team: 'shop', empty: '' },
      Note: 'asks for Ada\nbefore a reboot',
      StopAfterIdleSeconds: 7200,
      TtlSeconds: 28_800,
    });
  });

  it('leaves no key behind where nothing is kept', async () => {
    using folder = testFolder();
    const store = storeAt(folder.path);
    await store.write(machine('web-1', { labels: { team: 'shop' }, note: 'x', end: { idleSeconds: 60 } }));
    const { labels: _labels, note: _note, end: _end, ...plain } = await store.read(WEB);

    await store.write({ ...plain, labels: {}, note: '', end: {} });

    const text = await readFile(join(store.folder(WEB), 'config.json'), 'utf8');
    expect(Object.keys((JSON.parse(text) as { Berth: object }).Berth)).toEqual([
      'Schema',
      'Id',
      'Phase',
      'CreatedAt',
      'Transport',
      'EnginePort',
      'EngineSource',
      'EngineBundle',
      'EngineVersion',
      'Options',
      'Resource',
    ]);
  });
});

describe('a machine that gets another name', () => {
  it('moves with all its files, and its next record says the new name and the new paths', async () => {
    using folder = testFolder();
    const store = storeAt(folder.path);
    await store.write(machine('web-1'));
    await store.writeFile(WEB, 'id_rsa', 'a key');

    await store.rename(WEB, SHOP);
    await store.write(await store.read(SHOP));

    expect(existsSync(store.folder(WEB))).toBe(false);
    expect(await store.readFile(SHOP, 'id_rsa')).toBe('a key');
    const text = await readFile(join(store.folder(SHOP), 'config.json'), 'utf8');
    expect(text).not.toContain('web-1');
    expect((JSON.parse(text) as { Name: string }).Name).toBe('shop-1');
  });

  it('never takes the place of another one, though that be an empty folder', async () => {
    using folder = testFolder();
    const store = storeAt(folder.path);
    await store.write(machine('web-1'));
    await mkdir(store.folder(SHOP), { recursive: true });

    const error = await failureOf(store.rename(WEB, SHOP));

    expect(told(error)).toEqual({
      code: 'MachineExists',
      message: 'machine "shop-1" already exists',
      exitCode: 2,
    });
    expect((await store.read(WEB)).name).toBe('web-1');
  });
});
