import { parseName } from '../../../src/name.js';
import { storeAt } from '../machines.js';

/** Writes a machine's record over and over, short and long in turn, until it is killed: `write.js <base> <name>`. */
const [, , base = '', name = ''] = process.argv;
const store = storeAt(base);
const machine = await store.read(parseName(name));

process.stdout.write('writes\n');
for (let turn = 0; ; turn += 1) {
  const tlsSans = Array.from({ length: turn % 2 === 0 ? 1 : 2000 }, () => `${turn}.example.com`);
  await store.write({ ...machine, tlsSans });
}
