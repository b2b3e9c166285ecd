import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { storeId } from '../../src/store/identity.js';
import { failureOf, told } from '../helpers/failure.js';
import { testFolder } from '../helpers/folder.js';

describe('the id of a store', () => {
  it('is made on the first call and kept', async () => {
    using folder = testFolder();
    const base = join(folder.path, 'new', 'store');

    const first = await storeId(base);

    expect(first).toMatch(/^[0-9a-f]{16}$/);
    expect(await storeId(base)).toBe(first);
    expect(readdirSync(base)).toEqual(['store-id']);
    expect(statSync(join(base, 'store-id')).mode & 0o777).toBe(0o600);
  });

  it('is one, however many ask for it first at once', async () => {
    using folder = testFolder();

    const ids = await Promise.all(Array.from({ length: 50 }, () => storeId(folder.path)));

    expect(new Set(ids).size).toBe(1);
    expect(readdirSync(folder.path)).toEqual(['store-id']);
  });

  it('is refused when the file holds something else', async () => {
    using folder = testFolder();
    writeFileSync(join(folder.path, 'store-id'), 'what is this?\n');

    const failure = await failureOf(storeId(folder.path));

    expect(told(failure)).toEqual({
      code: 'StoreCorrupt',
      message: 'the store\'s id is no id: "what is this?"',
      exitCode: 2,
    });
  });
});
