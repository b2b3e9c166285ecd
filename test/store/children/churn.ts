import { parseName } from '../../../src/name.js';
import { machine, storeAt } from '../machines.js';

/** Makes a machine's record and removes it, over and over, until it is killed: `churn.js <base> <name>`. */
const [, , base = '', name = ''] = process.argv;
const store = storeAt(base);

process.stdout.write('churns\n');
for (;;) {
  await store.write(machine(name));
  await store.writeFile(parseName(name), 'known_hosts', 'known');
  await store.remove(parseName(name));
}
