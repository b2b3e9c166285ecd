import { once } from 'node:events';
import { parseName } from '../../../src/name.js';
import { storeAt } from '../machines.js';

/** Holds the lock of a machine until stdin ends: `lock.js <base> <name>`. */
const [, , base = '', name = ''] = process.argv;
const store = storeAt(base);
const onWait = (owner: string): void => void process.stdout.write(`waits for ${owner}\n`);

await store.locked(
  parseName(name),
  async () => {
    process.stdout.write('holds\n');
    await once(process.stdin.resume(), 'end');
  },
  { onWait },
);
process.stdout.write('released\n');
