import '../helpers/realm.js';
import { randomInt } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { pause } from '../../src/poll.js';
import { parseName } from '../../src/name.js';
import { testFolder } from '../helpers/folder.js';
import { compiledPrograms, type Programs } from './children.js';
import { machine, storeAt } from './machines.js';

const WEB = parseName('web-1');
const ROUNDS = 10;

let programs: Programs;
beforeAll(async () => {
  programs = await compiledPrograms();
});
afterAll(() => programs[Symbol.dispose]());

describe('a record', () => {
  it('is whole after kill -9 of its writer at any moment', async () => {
    using folder = testFolder();
    const store = storeAt(folder.path);
    await store.write(machine('web-1'));

    const lengths = new Set<number>();
    for (let round = 0; round < ROUNDS; round += 1) {
      await using writer = programs.start('write', folder.path, 'web-1');
      await writer.line();
      await pause(randomInt(30));
      await writer.kill();
      const { tlsSans, address } = await store.read(WEB);
      lengths.add(tlsSans.length);
      expect(address).toBe('192.0.2.7');
      expect(new Set(tlsSans).size).toBeLessThanOrEqual(1);
    }

    expect([...lengths].filter((length) => ![0, 1, 2000].includes(length))).toEqual([]);
    const strays = (await readdir(store.folder(WEB))).filter(
      (file) => !/^config\.json(\.tmp[0-9a-f]{12})?$/.test(file),
    );
    expect(strays).toEqual([]);
  }, 30_000);

  it('is there with its machine or not at all after kill -9 of who makes and removes it', async () => {
    using folder = testFolder();
    const store = storeAt(folder.path);

    const broken: string[] = [];
    for (let round = 0; round < 3 * ROUNDS; round += 1) {
      await using churner = programs.start('churn', folder.path, 'web-1');
      await churner.line();
      await pause(randomInt(30));
      await churner.kill();
      for (const name of await store.list())
        await store.read(name).catch((error: unknown) => broken.push(String(error)));
      await store.remove(WEB);
    }

    expect(broken).toEqual([]);
  }, 60_000);

  it('is whole for readers while somebody writes', async () => {
    using folder = testFolder();
    const store = storeAt(folder.path);
    await store.write(machine('web-1'));
    await using writer = programs.start('write', folder.path, 'web-1');
    await writer.line();

    // As often as it takes the writer to be met in the middle of its work, however slow it is here.
    const lengths: number[] = [];
    while (lengths.length < 200 || !lengths.includes(2000)) lengths.push((await store.read(WEB)).tlsSans.length);

    expect(lengths.filter((length) => ![0, 1, 2000].includes(length))).toEqual([]);
  }, 30_000);
});
