import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { testHome, type Home } from '../cli/support/berth.js';
import { COMMANDS } from '../helpers/commands.js';
import { NONE_CARE } from './support/care-takes.js';
import { NONE_LOCAL } from './support/local-takes.js';
import { NONE_ACTS } from './support/none-acts.js';
import { NONE_ASKS } from './support/none-asks.js';
import { golden, transcript } from './support/transcript.js';

const NONE_TAKES = { ...NONE_ACTS, ...NONE_ASKS, ...NONE_CARE, ...NONE_LOCAL };

let seed: Home;
beforeAll(async () => {
  seed = testHome();
  await seed.berth(['create', '-d', 'none', '--url', 'tcp://192.0.2.7:2376', 'seed']);
});
afterAll(() => seed[Symbol.dispose]());

/** Making an authority takes as long as all the rest of a transcript. */
async function homeWithAuthority(): Promise<Home> {
  const home = testHome();
  await mkdir(home.store, { recursive: true });
  await cp(join(seed.store, 'certs'), join(home.store, 'certs'), { recursive: true });
  return home;
}

describe('the transcript for the driver none', () => {
  it.each(Object.keys(NONE_TAKES))(
    'of %s changes only on purpose',
    async (command) => {
      using home = await homeWithAuthority();
      for (const name of ['web-1', 'web-2', 'web-3'])
        await home.berth(['create', '-d', 'none', '--url', 'tcp://127.0.0.1:1', name]);

      const text = await transcript(home, NONE_TAKES[command] ?? []);

      expect(text).toBe(golden(`none-${command}`, text));
    },
    60_000,
  );

  it('is there for every command', () => {
    expect(COMMANDS.filter(({ name }) => !(name in NONE_TAKES))).toEqual([]);
  });
});
