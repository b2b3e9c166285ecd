import { readFile, writeFile } from 'node:fs/promises';
import { parseName } from '../../../src/name.js';
import { storeAt } from '../machines.js';

/** Raises the number in a file, each time under a machine's lock: `count.js <base> <name> <file> <times>`. */
const [, , base = '', name = '', file = '', times = ''] = process.argv;
const store = storeAt(base);

await Promise.all(
  Array.from({ length: Number(times) }, () =>
    store.locked(parseName(name), async () => {
      const before = Number(await readFile(file, 'utf8'));
      await writeFile(file, String(before + 1));
    }),
  ),
);
