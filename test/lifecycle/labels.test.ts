import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createMachine } from '../../src/lifecycle/create.js';
import { changeEngineLabels, changeLabels, changeNote, parseLabels } from '../../src/lifecycle/labels.js';
import { parseName } from '../../src/name.js';
import { failureOf, told } from '../helpers/failure.js';
import { testWorld, type World } from './support/world.js';

const WEB = parseName('web-1');
/** Keys of RSA, on a busy computer. In milliseconds. */
jest.setTimeout(30_000);

let world: World;
beforeEach(async () => {
  world = await testWorld();
  await createMachine(world.wish('web-1'), world.spec, world.program);
  world.wanted.length = 0;
});
afterEach(() => world[Symbol.asyncDispose]());

describe('words for labels', () => {
  it('set and remove', () => {
    expect(parseLabels(['team=shop', 'url=http://a?b=c', 'empty=', 'zone-', 'example.com/a-b-'])).toEqual({
      set: { team: 'shop', url: 'http://a?b=c', empty: '' },
      remove: ['zone', 'example.com/a-b'],
    });
  });

  it.each(['team', '=x', '-', 'a b=c', '-a=b', 'a-=b', 'a=b\nc'])('are refused as %j', async (word) => {
    expect(told(await failureOf(() => parseLabels([word])))).toEqual({
      code: 'BadOption',
      message: `a label is key=value, or key- to remove it, got ${JSON.stringify(word)}`,
      exitCode: 2,
    });
  });
});

describe('labels of a machine', () => {
  it('are kept, changed and taken away without asking its host', async () => {
    await changeLabels(WEB, parseLabels(['team=shop', 'zone=a']), world.program);

    const labels = await changeLabels(WEB, parseLabels(['zone-', 'team=desk']), world.program);

    expect(labels).toEqual({ team: 'desk' });
    expect((await world.program.store.read(WEB)).labels).toEqual({ team: 'desk' });
    expect(world.wanted).toEqual([]);
  });

  it('are brought to its engine where that is wished', async () => {
    await changeEngineLabels(WEB, parseLabels(['team=shop', 'zone=a']), world.program);

    await changeEngineLabels(WEB, parseLabels(['zone-']), world.program);

    expect(world.wanted.map(({ engine }) => engine.labels)).toEqual([['team=shop', 'zone=a'], ['team=shop']]);
    expect((await world.program.store.read(WEB)).engine.labels).toEqual(['team=shop']);
  });
});

describe('the note of a machine', () => {
  it('is kept until an empty one takes its place', async () => {
    await changeNote(WEB, 'ask Ada', world.program);
    const { note } = await world.program.store.read(WEB);

    await changeNote(WEB, '', world.program);

    expect(note).toBe('ask Ada');
    expect((await world.program.store.read(WEB)).note).toBeUndefined();
  });
});
