import '../helpers/realm.js';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseName } from '../../src/name.js';
import { failureOf, told } from '../helpers/failure.js';
import { testFolder } from '../helpers/folder.js';
import { compiledPrograms, type Programs } from './children.js';
import { storeAt } from './machines.js';

const WEB = parseName('web-1');

let programs: Programs;
beforeAll(async () => {
  programs = await compiledPrograms();
});
afterAll(() => programs[Symbol.dispose]());

describe('the lock of a machine', () => {
  it('lets a second process wait, which is told for whom, and then work', async () => {
    using folder = testFolder();
    await using first = programs.start('lock', folder.path, 'web-1');
    expect(await first.line()).toBe('holds');
    await using second = programs.start('lock', folder.path, 'web-1');

    const waits = await second.line();
    const released = await first.end();
    const holds = await second.line();

    expect([waits, released, holds]).toEqual([`waits for process ${first.pid}`, ['released'], 'holds']);
    expect(await second.end()).toEqual(['released']);
  });

  it('refuses whoever waits too long', async () => {
    using folder = testFolder();
    await using holder = programs.start('lock', folder.path, 'web-1');
    await holder.line();

    const failure = await failureOf(storeAt(folder.path).locked(WEB, async () => {}, { withinMs: 50 }));

    expect(told(failure)).toEqual({
      code: 'StoreLocked',
      message: `machine "web-1" is worked on by process ${holder.pid}`,
      exitCode: 2,
    });
    expect(failure.suggestions).toEqual(['Wait until it is done, or end that process']);
  });

  it('lets go of whoever is interrupted while waiting', async () => {
    using folder = testFolder();
    await using holder = programs.start('lock', folder.path, 'web-1');
    await holder.line();
    const interrupt = new AbortController();

    const work = storeAt(folder.path).locked(WEB, async () => {}, {
      signal: interrupt.signal,
      onWait: () => interrupt.abort(),
    });
    const failure = await failureOf(work);

    expect(told(failure)).toEqual({ code: 'Cancelled', message: 'interrupted', exitCode: 130 });
    expect(await readdir(join(folder.path, 'locks/web-1'))).toHaveLength(1);
  });

  it('is nothing to another machine', async () => {
    using folder = testFolder();
    await using holder = programs.start('lock', folder.path, 'web-1');
    await holder.line();

    const done = await storeAt(folder.path).locked(parseName('web-2'), async () => 'done', { withinMs: 0 });

    expect(done).toBe('done');
  });

  it('of a killed process is taken over at once', async () => {
    using folder = testFolder();
    await using holder = programs.start('lock', folder.path, 'web-1');
    await holder.line();
    await holder.kill();
    const waited: string[] = [];

    const done = await storeAt(folder.path).locked(WEB, async () => 'done', { onWait: (owner) => waited.push(owner) });

    expect(done).toBe('done');
    expect(waited).toEqual([]);
    expect(await readdir(join(folder.path, 'locks'))).toEqual([]);
  });

  it('of a killed process that nobody has reaped is taken over too', async () => {
    using folder = testFolder();
    await using parent = programs.startUnreaped('lock', folder.path, 'web-1');
    await parent.line();
    const [ticket = ''] = await readdir(join(folder.path, 'locks/web-1'));
    process.kill(Number(ticket.split('-')[3]), 'SIGKILL');

    const done = await storeAt(folder.path).locked(WEB, async () => 'done', { withinMs: 1000 });

    expect(done).toBe('done');
  });

  it('of a process that has the number of a dead one is taken over', async () => {
    using folder = testFolder();
    await using holder = programs.start('lock', folder.path, 'web-1');
    await holder.line();
    const locks = join(folder.path, 'locks/web-1');
    const [ticket = ''] = await readdir(locks);
    await holder.kill();
    // The same place and number, started at another time.
    const [, place] = /^ticket-1-(\w+)-/.exec(ticket) ?? [];
    await mkdir(locks, { recursive: true });
    await writeFile(join(locks, `ticket-1-${place}-${process.pid}-1-00000000`), '');

    const done = await storeAt(folder.path).locked(WEB, async () => 'done', { withinMs: 0 });

    expect(done).toBe('done');
  });

  it('of another computer is honoured while it shows life, and taken over when it does not', async () => {
    using folder = testFolder();
    const locks = join(folder.path, 'locks/web-1');
    const ticket = join(locks, 'ticket-1-aaaaaaaaaaaa-4711-99-00000000');
    await mkdir(locks, { recursive: true });
    await writeFile(ticket, '');
    const store = storeAt(folder.path);

    const failure = await failureOf(store.locked(WEB, async () => {}, { withinMs: 20 }));
    await utimes(ticket, new Date(Date.now() - 61_000), new Date(Date.now() - 61_000));
    const done = await store.locked(WEB, async () => 'done', { withinMs: 0 });

    expect(told(failure)).toEqual({
      code: 'StoreLocked',
      message: 'machine "web-1" is worked on by process 4711',
      exitCode: 2,
    });
    expect(done).toBe('done');
  });

  it('is released when the work fails', async () => {
    using folder = testFolder();
    const store = storeAt(folder.path);

    const failure = await failureOf(store.locked(WEB, () => Promise.reject(new Error('no luck'))));
    const done = await store.locked(WEB, async () => 'done', { withinMs: 0 });

    expect([failure.message, done]).toEqual(['no luck', 'done']);
  });

  it('lets one at a time through, of many in many processes', async () => {
    using folder = testFolder();
    const file = join(folder.path, 'count');
    await writeFile(file, '0');

    const children = Array.from({ length: 4 }, () => programs.start('count', folder.path, 'web-1', file, '15'));
    await Promise.all(children.map((child) => child.end()));

    expect(await readFile(file, 'utf8')).toBe('60');
    expect(await readdir(join(folder.path, 'locks'))).toEqual([]);
  }, 30_000);

  it('survives owners that are killed at any moment', async () => {
    using folder = testFolder();
    for (let round = 0; round < 4; round += 1) {
      const children = Array.from({ length: 3 }, () => programs.start('lock', folder.path, 'web-1'));
      await Promise.race(children.map((child) => child.line()));
      await Promise.all(children.map((child) => child.kill()));
    }

    const done = await storeAt(folder.path).locked(WEB, async () => 'done', { withinMs: 1000 });

    expect(done).toBe('done');
    expect(await readdir(join(folder.path, 'locks'))).toEqual([]);
  }, 30_000);
});
