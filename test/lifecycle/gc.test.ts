import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createMachine } from '../../src/lifecycle/create.js';
import { findLeftovers, removeLeftover, type Search } from '../../src/lifecycle/gc.js';
import { parseName } from '../../src/name.js';
import { TOY_TOKEN } from '../drivers/toy/stand-in.js';
import { toy } from '../drivers/toy/driver.js';
import { failureOf, told } from '../helpers/failure.js';
import { cloudWorld, type CloudWorld } from './support/cloud-world.js';

const found = ({ leftovers }: Search): readonly string[] =>
  leftovers.flatMap(({ machine, isOwn, resources }) =>
    resources.map(({ kind }) => `${isOwn ? 'own' : 'foreign'} ${kind} of ${machine}`),
  );

const named = (own: CloudWorld): Parameters<typeof findLeftovers>[0] => ({
  spec: toy,
  options: { endpoint: own.cloud.url },
  secrets: {},
});

/** A machine that exists, and one whose record somebody removed by hand. */
async function withLost(own: CloudWorld): Promise<void> {
  await createMachine(own.wish('web-2'), toy, own.program);
  await createMachine(own.wish('lost'), toy, own.program);
  await own.program.store.remove(parseName('lost'));
}

describe('what is left over', () => {
  it('is found at the places of the records, by machine, with whose it is', async () => {
    await using own = await cloudWorld();
    await withLost(own);

    const search = await findLeftovers(undefined, own.program);

    expect(found(search)).toEqual(['foreign server of web-1', 'own server of lost', 'own key of lost']);
  });

  it('is found at a driver that is named, without any record', async () => {
    await using own = await cloudWorld();
    await withLost(own);
    await own.program.store.remove(parseName('web-2'));

    expect(found(await findLeftovers(undefined, own.program))).toEqual([]);
    expect(found(await findLeftovers(named(own), own.program))).toHaveLength(5);
  });

  it('is asked for once at a place, however many records and whoever names it', async () => {
    await using own = await cloudWorld();
    for (const name of ['web-2', 'web-3']) await createMachine(own.wish(name), toy, own.program);
    const before = own.cloud.calls.length;

    const { outcomes } = await findLeftovers(undefined, own.program);

    expect(outcomes.map(({ name, state }) => `${name} ${state}`)).toEqual(['toy of web-2 done']);
    expect(own.cloud.calls.slice(before).sort()).toEqual(['GET /keys', 'GET /servers']);
  });

  it('never holds a machine whose create is under way', async () => {
    await using own = await cloudWorld();
    let search: Promise<Search> | undefined;
    own.cloud.intervene = async ({ name }) => {
      if (name !== 'POST /servers') return undefined;
      own.cloud.intervene = () => undefined;
      search = findLeftovers(named(own), own.program);
      await search;
      return undefined;
    };

    await createMachine(own.wish('web-2'), toy, own.program);

    expect(found((await search) as Search)).toEqual(['foreign server of web-1']);
  });

  it('is removed, and nothing else is', async () => {
    await using own = await cloudWorld();
    await withLost(own);
    const { leftovers } = await findLeftovers(undefined, own.program);

    for (const leftover of leftovers.filter(({ isOwn }) => isOwn)) await removeLeftover(leftover, own.program);

    expect(own.cloud.left()).toEqual([expect.stringMatching(/^key berth-web-2/), 'server s1']);
    expect(own.cloud.foreign()).toHaveLength(2);
  });

  it('is told of the other places where one refuses', async () => {
    await using own = await cloudWorld();
    await withLost(own);
    await createMachine(own.wish('web-3'), toy, own.program);
    own.token = undefined;
    await own.program.store.writeSecrets(parseName('web-3'), { token: TOY_TOKEN });

    const search = await findLeftovers(undefined, own.program);

    expect(search.outcomes.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'toy of web-2 failed',
      'toy of web-3 done',
    ]);
    expect(found(search)).toContain('own server of lost');
  });

  it('cannot be told while a record is unreadable', async () => {
    await using own = await cloudWorld();
    await withLost(own);
    await writeFile(join(own.program.store.folder(parseName('web-2')), 'config.json'), '{');

    const failure = await failureOf(findLeftovers(named(own), own.program));

    expect(told(failure)).toEqual({
      code: 'StoreCorrupt',
      message: 'the record of "web-2" is unreadable; its machine would look left over',
      exitCode: 2,
    });
  });
});
